"""The one body of data: entries and their facts. Append only; the database refuses the rest."""

from django.db import models

from jingkai.database.fields import LaidInOrder, RowNumber
from jingkai.kernel.periods import Period, parse_period


class LedgerHead(models.Model):
    """The end of the chain: one row, locked by whoever writes an entry."""

    number = models.PositiveBigIntegerField("最后编号", default=0)
    digest = models.CharField("最后摘要", max_length=64, default="")
    known_on = models.DateField("最后知悉日", null=True)

    class Meta:
        verbose_name = "账本末端"

    def __str__(self) -> str:
        return f"#{self.number}"


class Entry(models.Model):
    """One act of recording: who, why, known when, on what evidence.

    An import is staged without a number; it is in the ledger once it has one.
    """

    id = RowNumber(primary_key=True)
    number = models.PositiveBigIntegerField("编号", unique=True, null=True)
    actor = models.CharField("记录人", max_length=80)
    reason = models.CharField("事由", max_length=200)
    known_on = models.DateField("知悉日")
    is_backfilled = models.BooleanField("补录", default=False)
    recorded_at = models.DateTimeField("记录时间")
    content_digest = models.CharField("内容摘要", max_length=64)
    previous_digest = models.CharField("上一摘要", max_length=64)
    digest = models.CharField("链摘要", max_length=64, null=True)

    class Meta:
        verbose_name = "账本条目"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.reason}"


class Evidence(models.Model):
    """A file that an entry rests on, kept under its own digest."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence")
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    note = models.CharField("说明", max_length=200, default="")
    columns = models.JSONField("列对应", default=dict)

    class Meta:
        verbose_name = "凭证"

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """One filed row or one event, true at `on` or for `period`. A correction names its fact."""

    id = RowNumber(primary_key=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="facts")
    type = models.CharField("事实类型", max_length=60)
    area = models.CharField("区域", max_length=20, default="")
    subject = models.CharField("对象", max_length=80)
    last_month = models.IntegerField("截至月")
    on = models.DateField("发生日", null=True)
    period_id = models.CharField("期间", max_length=16, default="")
    key = models.CharField("来源键", max_length=120, default="")
    row = models.PositiveIntegerField("来源行", null=True)
    values = models.TextField("内容")
    # Each fact at most once, by a constraint below: most facts correct none, and stand in no index.
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="correction",
        verbose_name="更正",
        db_index=False,
    )
    is_void = models.BooleanField("撤回", default=False)

    class Meta:
        verbose_name = "事实"
        indexes = [
            models.Index(fields=["type", "subject"]),
            models.Index(fields=["type", "area", "last_month"], name="ledger_fact_type_months_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "subject", "period_id"],
                condition=models.Q(corrects__isnull=True) & ~models.Q(period_id=""),
                name="return_filed_once",
            ),
            models.UniqueConstraint(
                fields=["type", "key"],
                condition=models.Q(corrects__isnull=True) & ~models.Q(key=""),
                name="event_recorded_once",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=models.Q(corrects__isnull=False),
                name="fact_corrected_once",
            ),
            models.CheckConstraint(
                condition=(models.Q(on__isnull=False) & models.Q(period_id="") & ~models.Q(key=""))
                | (models.Q(on__isnull=True) & ~models.Q(period_id="")),
                name="event_has_date_and_key_or_return_has_period",
            ),
            models.CheckConstraint(
                condition=models.Q(is_void=False) | models.Q(corrects__isnull=False),
                name="void_withdraws_a_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject} {self.on or self.period_id}"

    @property
    def period(self) -> Period | None:
        """Return the period of a return."""
        return parse_period(self.period_id) if self.period_id else None


class KeptDefinition(models.Model):
    """A piece that is kept: from here on every entry changes it in its own transaction."""

    piece = models.CharField("分项", max_length=120, unique=True)
    type = models.CharField("事实类型", max_length=60)

    class Meta:
        verbose_name = "保存的分项"

    def __str__(self) -> str:
        return self.piece


class KeptPiece(models.Model):
    """The sum of a piece as known today: one dimension, one key, one span of months.

    Totals are whole numbers as text: a database integer would not hold DECIMAL(38).
    """

    pk = LaidInOrder("definition_id", "area", "dimension", "key", "last", "first")
    definition = models.ForeignKey(KeptDefinition, models.CASCADE, db_index=False)
    area = models.CharField("区域", max_length=20)
    dimension = models.CharField("维度", max_length=30)
    key = models.CharField("类别", max_length=80)
    last = models.IntegerField("截至月")
    first = models.IntegerField("起始月")
    total = models.CharField("合计", max_length=42)
    present = models.BigIntegerField("已报个数")

    class Meta:
        verbose_name = "分项合计"

    def __str__(self) -> str:
        return f"{self.definition_id} {self.area} {self.dimension}={self.key} {self.total}"


class PieceDelta(models.Model):
    """What an entry changed of a piece; the sum up to a day is the piece as known then."""

    # What became known of a piece after a day lies in one stretch.
    pk = LaidInOrder(
        *("definition_id", "known_on", "entry", "area", "dimension", "key", "last", "first")
    )
    definition = models.ForeignKey(KeptDefinition, models.CASCADE, db_index=False)
    area = models.CharField("区域", max_length=20)
    dimension = models.CharField("维度", max_length=30)
    key = models.CharField("类别", max_length=80)
    last = models.IntegerField("截至月")
    first = models.IntegerField("起始月")
    total = models.CharField("合计之差", max_length=42)
    present = models.BigIntegerField("个数之差")
    known_on = models.DateField("知悉日")
    entry = models.PositiveBigIntegerField("条目编号")

    class Meta:
        verbose_name = "分项变动"

    def __str__(self) -> str:
        return f"{self.definition_id} #{self.entry} {self.total}"


class LakeFile(models.Model):
    """One Parquet file of the lake, written and renamed before it stands here."""

    path = models.CharField("文件", max_length=200, unique=True)
    kind = models.CharField("种类", max_length=12)
    type = models.CharField("事实类型", max_length=60)
    year = models.IntegerField("年份")
    block = models.CharField("区域块", max_length=20, default="")
    schema = models.TextField("列版本")
    rows = models.PositiveBigIntegerField("行数")
    first_entry = models.PositiveBigIntegerField("首条目")
    last_entry = models.PositiveBigIntegerField("末条目")
    generation = models.PositiveIntegerField("代", default=0)
    replaced_in = models.PositiveIntegerField("被替换于", null=True)

    class Meta:
        verbose_name = "数据湖文件"

    def __str__(self) -> str:
        return self.path


class LakeMark(models.Model):
    """How far the lake has come: entries up to here are in its files. One row."""

    entry = models.PositiveBigIntegerField("末条目", default=0)
    generation = models.PositiveIntegerField("代", default=0)

    class Meta:
        verbose_name = "数据湖水位"

    def __str__(self) -> str:
        return f"#{self.entry}"
