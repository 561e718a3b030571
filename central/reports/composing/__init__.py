"""Each kind of report, put together out of its facts. Pure; reports are the office's papers and written in Chinese."""
