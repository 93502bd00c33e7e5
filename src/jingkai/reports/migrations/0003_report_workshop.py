import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0002_review_in_one_sitting'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('kind', models.CharField(choices=[('annual', '年度工作报告'), ('monthly', '月度通报'), ('speech', '讲话稿'), ('briefing', '汇报材料')], max_length=8, verbose_name='类别')),
                ('year', models.PositiveSmallIntegerField(verbose_name='计划年度')),
                ('period_id', models.CharField(max_length=16, verbose_name='默认期间')),
                ('opened_by', models.CharField(max_length=40, verbose_name='起草人')),
                ('opened_on', models.DateField(verbose_name='起草日期')),
            ],
            options={
                'verbose_name': '报告稿',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='次序')),
                ('kind', models.CharField(choices=[('text', '段落'), ('table', '表'), ('chart', '图')], default='text', max_length=8, verbose_name='类别')),
                ('text', models.TextField(verbose_name='正文')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('written_by', models.CharField(max_length=40, verbose_name='执笔人')),
                ('written_on', models.DateField(verbose_name='写于')),
                ('is_removed', models.BooleanField(default=False, verbose_name='已删')),
            ],
            options={
                'verbose_name': '报告的段',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=400, verbose_name='意见')),
                ('suggestion', models.TextField(default='', verbose_name='建议改为')),
                ('on_version', models.PositiveIntegerField(verbose_name='针对版本')),
                ('state', models.CharField(choices=[('open', '待处理'), ('taken', '已采纳'), ('declined', '未采纳')], default='open', max_length=8, verbose_name='状态')),
                ('made_by', models.CharField(max_length=40, verbose_name='提出人')),
                ('made_on', models.DateField(verbose_name='提出日期')),
                ('settled_by', models.CharField(default='', max_length=40, verbose_name='处理人')),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='reports.passage')),
            ],
            options={
                'verbose_name': '批注',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='次序')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='reports.draft')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='reports.section')),
            ],
            options={
                'verbose_name': '报告的节',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='passage',
            name='section',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='reports.section'),
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='版次')),
                ('content', models.JSONField(verbose_name='内容')),
                ('waivers', models.JSONField(default=list, verbose_name='豁免')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('known_on', models.DateField(verbose_name='数据截至')),
                ('frozen_by', models.CharField(max_length=40, verbose_name='定稿人')),
                ('frozen_on', models.DateField(verbose_name='定稿日期')),
                ('published_by', models.CharField(default='', max_length=40, verbose_name='发布人')),
                ('published_on', models.DateField(null=True, verbose_name='发布日期')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='reports.draft')),
            ],
            options={
                'verbose_name': '定稿',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'number'), name='edition_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PassageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='版本')),
                ('text', models.TextField(verbose_name='正文')),
                ('written_by', models.CharField(max_length=40, verbose_name='执笔人')),
                ('written_on', models.DateField(verbose_name='写于')),
                ('reason', models.CharField(default='', max_length=100, verbose_name='缘由')),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='reports.passage')),
            ],
            options={
                'verbose_name': '段的版本',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('passage', 'number'), name='passage_version_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='section_is_not_under_itself'),
        ),
    ]
