"""Password log-in. Unknown names cost the same time as known ones, and get the same answer."""

from django.contrib.auth.backends import BaseBackend

from servicehub.identity.models import User
from servicehub.identity.passwords import folded
from servicehub.identity.people import find_user


class PasswordBackend(BaseBackend):
    """``authenticate(request, username=what was typed, password=…, kind=…)``."""

    def authenticate(self, request, username=None, password=None, kind=None, **more):
        if username is None or password is None or kind is None:
            return None
        password = folded(password)
        user = find_user(kind, username)
        if user is None:
            User().set_password(password)  # as long as a comparison
            return None
        if not user.check_password(password):
            return None
        if not user.is_active:
            request.login_state = user.state  # who knows the password may know why it is not enough
            return None
        return user

    def get_user(self, user_id):
        return User.objects.filter(pk=user_id, state__in=User.MAY_LOG_IN).first()
