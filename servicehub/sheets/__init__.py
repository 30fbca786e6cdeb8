"""Row imports (批量导入): every error at once, good rows may go on, only bad rows come back, nothing changes
before the difference is approved.

An app declares a ``declare.Sheet``; this room keeps the file, reads and normalises it, stages typed rows by COPY
and lets the app judge them set-based. Staged rows are rebuilt from the stored file at any time.
"""
