"""How a row of a timeline is laid out: five numbers side by side, of which the first holds all that is small."""

ROW = 5  # numbers
FEW_ROWS = 24  # as many as most sessions need
LENGTH, FRAME, FIRST_FRAME, TIME = 1, 2, 3, 4

# In the first, from the lowest bit: direction, content type, type + 1, protection, level, version, and four marks
CONTENT_TYPE, TYPE, PROTECTION, LEVEL, VERSION = 1, 9, 18, 20, 28
SAID = (1 << LEVEL) - 1  # of the first number, what tells who said what, and how it was seen
BYTE, TYPES, PROTECTIONS, VERSIONS = 0xFF, 0x1FF, 3, 0xFFFF
AFTER_GAP, OPENED, MESSAGE, RECORD = 1 << 44, 1 << 45, 1 << 46, 1 << 47
