"""日终: one business day after another is closed, with the month, the interest year and the accounting year in their turn.

What a close consists of is data (the setting ``DAY_CLOSE``). Its memory is rows: which step is done, which run of a
job a step waits for, why it stands. Whoever looks next, after a kill or a broker that was away, goes on from there.
"""
