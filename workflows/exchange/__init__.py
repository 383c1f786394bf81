"""The trail and the flows in other people's formats: BPMN 2.0, XES (IEEE 1849), .csv, .xlsx.

What is written here can be made again from the entries and the code; the proof stays with the entries.
"""
