"""The messenger: outbox rows written with the act, delivered later. It knows neither applications nor projects."""
