"""Batch steps of interest. Ranges of accounts are pieces: killed, they are done again; done, they are left alone."""

from accounts.interest import running
from servicehub.declare import Job, JobStep
from servicehub.declare.registry import jobs

ACCRUE = jobs.add(
    Job("accounts.accrue_interest", "预提个人账户利息", (JobStep("accrue", "按管理部预提", running.accrue),))
)

TRIAL = jobs.add(
    Job(
        "accounts.try_interest",
        "年度结息试算",
        (
            JobStep("prove", "按明细重算余额和积数", running.prove_for_trial, running.ranges),
            JobStep("try", "分管理部试算", running.try_one_range, running.ranges),
            JobStep("finish", "汇总试算结果", running.finish_trial),
        ),
    )
)

SETTLE = jobs.add(
    Job(
        "accounts.settle_interest",
        "年度结息",
        (
            JobStep("next", "设定下一计息年度", running.open_next_year),
            JobStep("twice", "第二套算法复算", running.compute_twice),
            JobStep("hold", "核对两套算法", running.hold),
            JobStep("prove", "按明细重算余额和积数", running.prove, running.ranges),
            JobStep("settle", "分段结息入账", running.settle, running.ranges),
            JobStep("difference", "结转预提差额", running.difference),
            JobStep("tie", "总分核对", running.tie),
            JobStep("publish", "发布年度对账单", running.publish),
        ),
    )
)
