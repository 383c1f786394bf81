"""The county's spreadsheet, read into typed facts and doubts and written back.

Pure: knows no Django, no clock and no database. `today` is an argument; a file comes in as an open binary stream.
`reading.read_ledger` reads, `truth.as_truth` gives the figures, `writing.write_ledger` and `writing.write_csv` write.
"""
