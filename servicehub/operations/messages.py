"""The reader's own messages, for the API and for lists; the inbox page reads the room itself."""

from rest_framework import serializers

from servicehub import messages
from servicehub.declare import Change, DomainError, Finding, Operation, Outcome, Query, Table, TableColumn
from servicehub.declare.registry import operations
from servicehub.kit.fields import ChoiceField
from servicehub.messages.models import Message


@operations.add
class MyMessages(Query):
    code = "servicehub.my_messages"
    item = "Q-MSG"
    label = "我的消息"

    class Input(serializers.Serializer):
        topic = ChoiceField(
            label="主题",
            choices=[(topic.code, topic.label) for topic in messages.TOPICS.values()],
            required=False,
            allow_blank=True,
            default="",
        )
        unread = serializers.BooleanField(label="只看未读", required=False, default=False)

    def rows(self, origin, target, data):
        found = Message.objects.filter(user_id=origin.operator)
        if data["topic"]:
            found = found.filter(topic=data["topic"])
        if data["unread"]:
            found = found.filter(read_at=None)
        return Table(
            columns=(
                TableColumn("sent_at", "时间", kind="datetime", sort="id"),
                TableColumn("title", "标题"),
                TableColumn("text", "内容"),
                TableColumn("read_at", "阅读时间", kind="datetime"),
            ),
            source=found.values("id", "sent_at", "topic", "title", "text", "url", "read_at"),
            caption="我的消息",
            order=("-id",),
            filters=("topic", "unread"),
            empty="还没有消息。到账、审核结果和补正通知会出现在这里。",
            facts=(("未读", str(messages.unread(origin.operator) if origin.operator else 0)),),
        )


@operations.add
class ChooseTopics(Operation):
    """What one wants to hear of, topic by topic; what the law asks us to tell stays in the inbox."""

    code = "servicehub.choose_topic"
    item = "Q-MSG"
    label = "设置消息接收方式"
    opens_case = False
    hidden = True

    class Input(serializers.Serializer):
        topic = ChoiceField(label="主题", choices=[(topic.code, topic.label) for topic in messages.TOPICS.values()])
        inbox = serializers.BooleanField(label="站内消息", required=False, default=True)
        sms = serializers.BooleanField(label="短信", required=False, default=False)

    def execute(self, origin, target, data):
        if origin.operator is None:
            raise DomainError("messages.nobody", Finding("messages.nobody", "登录后才能设置消息接收方式。"))
        messages.prefer(origin.operator, data["topic"], inbox=data["inbox"], sms=data["sms"])
        label = messages.TOPICS[data["topic"]].label
        return Outcome(
            message=f"已设置“{label}”的接收方式",
            changes=(
                Change(
                    f"servicehub.user:{origin.operator}",
                    "设置消息接收方式",
                    label=label,
                    after={"短信": "收" if data["sms"] else "不收", "站内消息": "收" if data["inbox"] else "不收"},
                ),
            ),
        )

    @classmethod
    def example(cls):
        return {"topic": "deposit", "sms": True}
