"""Addresses of logging in and out; the first part after ``login`` decides whose cookies are used."""

from django.urls import path, re_path

from servicehub.faces import login, login_account, login_demo, login_register, login_reset, login_step_up

KIND = r"(?P<kind>employer|person|staff)"

PUBLIC = r"(?P<kind>employer|person)"

urlpatterns = [
    re_path(rf"^login/{KIND}/$", login.password_page, name="login"),
    re_path(rf"^login/{KIND}/code/$", login.code_page, name="login-code"),
    re_path(rf"^login/{KIND}/confirm/$", login_step_up.confirm, name="login-confirm"),
    re_path(rf"^login/{KIND}/resume/$", login_account.resume, name="login-resume"),
    re_path(rf"^login/{KIND}/password/$", login_account.password, name="login-password"),
    re_path(rf"^login/{KIND}/session/$", login_account.session, name="login-session"),
    re_path(rf"^login/{KIND}/leave/$", login_account.leave_and_keep, name="login-leave"),
    re_path(rf"^logout/{KIND}/$", login.log_out, name="logout"),
    re_path(rf"^reset/{KIND}/$", login_reset.who, name="reset"),
    re_path(rf"^reset/{KIND}/code/$", login_reset.code, name="reset-code"),
    re_path(rf"^reset/{KIND}/password/$", login_reset.password, name="reset-password"),
    re_path(rf"^register/{PUBLIC}/$", login_register.who, name="register"),
    re_path(rf"^register/{PUBLIC}/code/$", login_register.code, name="register-code"),
    path("demo/sms/", login_demo.sms_outbox, name="demo-sms"),
    path("demo/totp/", login_demo.one_time_passwords, name="demo-totp"),
]
