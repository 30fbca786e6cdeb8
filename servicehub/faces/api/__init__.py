"""/api/v1/: every declared operation and query, cases, the schema.

An edge like the pages: parse, call the gate, answer.

Refusals are problem documents (RFC 9457) of one shape; nothing here answers HTML or redirects to a log-in.
"""
