"""The bounds of every run. What exceeds a bound is refused in one sentence, and never read in part."""

MIB = 2**20  # bytes

# What a package may hold.
MAX_DESCRIPTOR = 10 * MIB  # bytes of a descriptor or Table Schema; parsing takes many times this memory
MAX_RESOURCES = 1000  # in a package
MAX_PATH = 1000  # characters of a path in a descriptor, and of a resource's name
# Columns of a table. frictionless's work on a header grows with the square of it: 100,000 gave no answer in 100 s.
MAX_COLUMNS = 2000
MAX_VALUES = 10_000  # in a list of a Table Schema, such as `enum`: frictionless searches the list for each cell
MAX_KEYS = 1000  # foreign keys or unique keys of a table: each costs a search
MAX_TRIES = 20_000  # parts of an unsound descriptor that are tried alone; one takes half a millisecond
MAX_DEPTH = 100  # levels of objects and lists in a descriptor: copying it takes a few nested calls for each
MAX_PROPERTIES = 10_000  # of one object in a descriptor or Table Schema
MAX_LINE = 16 * MIB  # bytes from one line feed to the next
MAX_CELL = 16 * MIB  # characters of a cell, line breaks included
MAX_CELL_LINES = MIB  # lines that one record of an irregular table may span
MAX_UNPACKED = 256 * MIB  # bytes of a compressed file's content: a small file can unpack to any size
MAX_UNPACKED_TOGETHER = 1024 * MIB  # bytes of the content of all compressed files of a package
MAX_WORKBOOK = 64 * MIB  # bytes of a workbook's XML, much of which openpyxl holds as objects
MAX_SHEET_ROWS = 2**20  # rows of a sheet, as Excel has them
MAX_COMPARED = 2048 * MIB  # bytes of a table in each of two compared versions: it is held whole in memory
MAX_SETTINGS = 64 * 1024  # bytes of a `validate.toml`

# How much is held at a time.
BLOCK = 8 * MIB  # bytes of a table that are in memory at a time; with 16 a table of a million rows took 25 % more
MEMORY = 512 * MIB  # bytes of keys and of rows for rules that are held in memory; beyond it they go to disk
PIECE = 100_000  # rows that are fetched at a time from a table on disk or in Spark
# Records of an irregular table that are put into columns at a time. As lists of cells they take many times the memory.
RECORDS = 10_000
# While rules run, the rows that they read take this many times their own size in memory (measured at 1.9 million rows).
ASKED = 4
# Bytes of memory that each of DuckDB's threads needs for its comparisons. Two threads with 128 MiB together sometimes
# found no room for a package of twelve statements (measured under load), one with 128 MiB and two with 256 MiB never.
LEAST = 256 * MIB
SAMPLES = 100  # findings that a report lists for one rule in one file; the totals beside them are exact

# How long something may take.
STUCK = 1.5  # seconds that one call inside frictionless may take before the run gives up on the table
PATIENCE = 300  # seconds that a Spark job may wait without any executor: a cluster may have to start machines first
# A package's check may take this many seconds, and so many more for each MiB of its tables. Reading row by row is the
# slowest way, and takes about two seconds for a MiB.
SECONDS = 120
SECONDS_PER_MIB = 4
MAX_STUCK = 2  # tables on which a run gives up in this way before it leaves the rest unchecked

# What a zip may hold.
MAX_ENTRIES = 10_000  # in a zip
MAX_DIRECTORY = 4 * MIB  # bytes of a zip's directory: room for MAX_ENTRIES entries with names of 350 characters
MAX_ARCHIVE = 4096 * MIB  # bytes of a zip's content
MAX_RATIO = 200  # unpacked bytes for each packed byte: tables reach 3 to 30, a zip bomb a thousand
