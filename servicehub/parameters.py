"""Policy keys of the platform itself. Most are the centre's own choice and have a default; none is law."""

from servicehub.declare import PolicyKey
from servicehub.declare.registry import parameters


def _own(code: str, label: str, kind: str, default, unit: str = "", **more) -> PolicyKey:
    return parameters.add(PolicyKey(code, label, kind, unit=unit, default=default, owner="信息科", **more))


# Sessions (综合服务平台工作指引 14; defaults are this centre's).
SESSION_IDLE_STAFF = _own("servicehub.session.idle_staff", "工作人员会话空闲时限", "integer", 15, "分钟")
SESSION_IDLE_EMPLOYER = _own("servicehub.session.idle_employer", "单位会话空闲时限", "integer", 30, "分钟")
SESSION_IDLE_PERSON = _own("servicehub.session.idle_person", "个人会话空闲时限", "integer", 20, "分钟")
SESSION_WHOLE_STAFF = _own("servicehub.session.whole_staff", "工作人员会话总时限", "integer", 600, "分钟")
SESSION_WHOLE_EMPLOYER = _own("servicehub.session.whole_employer", "单位会话总时限", "integer", 600, "分钟")
SESSION_WHOLE_PERSON = _own("servicehub.session.whole_person", "个人会话总时限", "integer", 480, "分钟")
SESSIONS_PERSON = _own("servicehub.session.count_person", "个人同时在线数", "integer", 3, "个")
STEP_UP_FRESH = _own("servicehub.assurance.fresh_minutes", "加强核验有效时间", "integer", 15, "分钟")
CERTIFICATE_WAIVED = _own(
    "servicehub.assurance.certificate_waived", "数字证书上线前以口令加短信校验码代替", "boolean", "是"
)
ASSURANCE_LEVEL = _own(
    "servicehub.assurance.level_by_item", "各事项认证等级（覆盖目录等级，JSON：事项编码→等级）", "json", "{}"
)

# One-time codes by SMS.
OTP_MINUTES = _own("servicehub.otp.minutes", "短信校验码有效时间", "integer", 5, "分钟")
OTP_TRIES = _own("servicehub.otp.tries", "短信校验码可输错次数", "integer", 5, "次")
OTP_RESEND_SECONDS = _own("servicehub.otp.resend_seconds", "短信校验码重发间隔", "integer", 60, "秒")
OTP_PER_HOUR = _own("servicehub.otp.per_hour", "每个手机号每小时短信校验码数", "integer", 5, "条")
OTP_PER_DAY = _own("servicehub.otp.per_day", "每个手机号每天短信校验码数", "integer", 10, "条")
OTP_PER_ADDRESS_HOUR = _own("servicehub.otp.per_address_hour", "每个网络地址每小时短信校验码数", "integer", 20, "条")

# Log-in.
LOCKOUT_TRIES = _own("servicehub.login.lockout_tries", "登录失败锁定次数", "integer", 5, "次")
LOCKOUT_MINUTES = _own("servicehub.login.lockout_minutes", "登录失败锁定时间", "integer", 30, "分钟")
PASSWORD_DAYS_STAFF = _own("servicehub.login.password_days_staff", "工作人员口令更换周期", "integer", 90, "天")

# Gate: throttles and quotas.
RATE_USER_SECOND = _own("servicehub.gate.user_per_second", "每个用户每秒请求数", "integer", 5, "次")
RATE_USER_MINUTE = _own("servicehub.gate.user_per_minute", "每个用户每分钟请求数", "integer", 120, "次")
DRAFT_DAYS_PUBLIC = _own("servicehub.draft.days_public", "公众草稿保留天数", "integer", 30, "天")
DRAFT_DAYS_STAFF = _own("servicehub.draft.days_staff", "工作人员草稿保留天数", "integer", 7, "天")

# Messages.
QUIET_FROM = _own("servicehub.messages.quiet_from", "短信静默开始", "integer", 21, "时")
QUIET_UNTIL = _own("servicehub.messages.quiet_until", "短信静默结束", "integer", 8, "时")
SMS_PER_DAY = _own("servicehub.messages.sms_per_day", "每人每天短信数（校验码除外）", "integer", 5, "条")

# Files, letters, findings.
UPLOAD_MEBIBYTES = _own("servicehub.files.upload_mebibytes", "上传文件大小上限", "integer", 20, "MiB")
LETTER_VERIFY_PER_MINUTE = _own(
    "servicehub.letters.verify_per_minute", "每个网络地址每分钟验真次数", "integer", 20, "次"
)
