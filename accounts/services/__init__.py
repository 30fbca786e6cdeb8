"""Steps that several operations, jobs and the apps above share. Every writer takes an ``Origin`` with the gate's pass.

=====================  ===============================================================================================
``registering``        employers and their accounts per fund kind
``opening``            persons and fund accounts, set-based, for one employer or many
``rosters``            seal, unseal, transfer in, adjust bases, take back, set-based, of one roster or many
``grants``             who may act for an employer
``restrictions``       what keeps money in an account
=====================  ===============================================================================================
"""
