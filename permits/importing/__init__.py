"""From the county's spreadsheet into the county's projects, and back.

`jobs` receives a file, settles doubts and starts the work; `reading` and `applying` do it, `worker` in the background;
`planning.compare` says what would change; `truth` and `exporting` read the result back. A cell that could not be read
changes nothing, a bad row stops no good one, and what a person changed here is not undone by a file that still says
what it said before.
"""
