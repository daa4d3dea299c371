"""`python -m documents.templates.guide DIR` writes the guide to a unit's own forms from the named fields."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from documents.drawn import fields
from documents.fields.named import AnyFields, Shape
from models.kernel.vocabulary import DocumentKind

HEAD = """# 文书模板

由 `make docs` 根据程序中的字段生成，请勿直接修改。

各单位可以用自己的 Word 或者 WPS 文件（docx）代替任何一种文书的版式：在需要填写的位置写上字段，上传并经检查后启用；
每份文书记录签发时使用的模板版本。

## 写法

| 目的 | 写法 |
|---|---|
| 填写一个字段 | `{{ 发文字号 }}`（没有内容的打印“—”） |
| 有内容才打印 | `{% if 签发人 %}签发人：{{ 签发人 }}{% endif %}` |
| 整段有条件地打印 | 单独一段写 `{%p if 附件 %}`，其后单独一段写 `{%p endif %}` |
| 逐段列出清单 | 单独一段写 `{%p for 项 in 措施 %}`，其下写 `{{ loop.index }}. {{ 项.内容 }}`，最后单独一段写 `{%p endfor %}` |
| 逐行列出表格 | 表格中单独一行写 `{%tr for 项 in 措施 %}`，其下一行写 `{{ 项.内容 }}`，再单独一行写 `{%tr endfor %}`；保留表头行 |
| 列出该项自己的清单 | 在循环之内写 `{%p for 段 in 项.阶段目标 %}` |
| 多行字段连成一行 | `{{ 附件\\|join("、") }}` |
| 清单的条数 | `{{ 措施\\|length }}` |

变量（如“项”）由模板自定，不得与字段同名。字段可以写在正文、页眉和页脚中，要写在同一段内；不能写在域代码、批注、脚注或者
超链接中。模板不能调用函数、作运算或者使用其他指令，不能含有宏、嵌入对象、ActiveX 控件、超链接、外部图片、附加模板，除页码外
不能含有域代码；图片用 PNG、JPEG 或者 GIF。二维码由系统版式打印，模板中可以打印网址。

标“必需”的字段，模板必须使用。“多行”逐行列出；“清单”逐项列出，其下为每项的字段。
"""


def guide() -> str:
    """Return the guide in Markdown."""
    return HEAD + "".join(f"\n## {kind.label}\n\n" + "\n".join(_table(fields(kind))) + "\n" for kind in DocumentKind)


def _table(known: AnyFields) -> Iterator[str]:
    yield "| 字段 | 含义 | 形式 |"
    yield "|---|---|---|"
    yield from _rows(known, "")


def _rows(known: AnyFields, within: str) -> Iterator[str]:
    for f in known:
        shape = "" if f.shape is Shape.TEXT else f.shape.value
        yield f"| `{within}{f.name}` | {f.meaning} | {'，'.join(w for w in (shape, '必需' if f.required else '') if w)} |"
        yield from _rows(f.fields, f"{within}{f.name}.")


def main(folder: str) -> None:
    """Write `templates.md` into a folder."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "templates.md").write_text(guide(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
