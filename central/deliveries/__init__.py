"""寄送: the waybill of a result, the logistics fields of GB/T 39046-2020 table 15, and where the courier has it (BJ-19,
BJ-20).
"""
