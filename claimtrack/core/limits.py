"""The bounds within which every run stays. What lies beyond one is refused in a sentence, never read half."""

MIB = 2**20

MAX_DESCRIPTOR = 10 * MIB  # bytes of a descriptor or Table Schema: a page of text, and parsing costs many times its size
MAX_RESOURCES = 1000  # in a package
MAX_PATH = 1000  # characters of a path in a descriptor
MAX_COLUMNS = 2000  # of a table: frictionless's work on a header grows with the square of it (100,000: no answer in 100 s)
MAX_VALUES = 10_000  # in a list of a Table Schema, such as `enum`: frictionless looks through it for each cell
MAX_KEYS = 1000  # foreign keys or unique keys of a table: each is a search of its own
MAX_DEPTH = 100  # objects and lists within each other in a descriptor: copying it takes a few calls for each
MAX_PROPERTIES = 10_000  # of one object in a descriptor or Table Schema
MAX_LINE = 16 * MIB  # bytes from one line feed to the next
MAX_CELL = 16 * MIB  # characters of a cell, line breaks included
MAX_CELL_LINES = MIB  # lines over which a record of an irregular table may go
MAX_UNPACKED = 256 * MIB  # bytes of a compressed file's content: a small file can unpack to any size
MAX_COMPARED = 2048 * MIB  # bytes of one table of which two versions are compared: it is held whole
BLOCK = 16 * MIB  # bytes of a table that are in memory at a time
MEMORY = 512 * MIB  # bytes of keys, and of rows that rules look across, that are held in memory; more are put on disk
PIECE = 100_000  # rows of a table on disk, or in Spark, that are brought here at a time
RECORDS = 10_000  # of a table that is not regular that are put into columns at a time: as lists of cells they take many times the memory
ASKED = 4  # times their own size that the rows of tables take in memory once rules are asked about them: measured at 1.9 million rows
LEAST = 128 * MIB  # bytes with which DuckDB can compare at all
SAMPLES = 100  # findings that a report lists for one rule in one file; the totals beside them are exact
STUCK = 1.5  # seconds that one call may take inside frictionless before the run gives up on it
PATIENCE = 300  # seconds for which a job of Spark's may wait without any executor: a cluster may have to start machines first
MAX_STUCK = 2  # tables on which a run gives up so, before it leaves the rest
MAX_SETTINGS = 64 * 1024  # bytes of a `validate.toml`
MAX_ENTRIES = 10_000  # in a zip
MAX_DIRECTORY = 4 * MIB  # bytes of a zip's directory: so many entries with names of 350 characters
MAX_ARCHIVE = 4096 * MIB  # bytes of a zip's content
MAX_RATIO = 200  # bytes of a zip's content to one byte packed: tables pack 3 to 30 to 1, a bomb a thousand
