"""Small pieces of HTML."""

from html import escape

from sandbox.bank.http import Response

STYLE = """
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1d2433;background:#f3f5f9}
header{background:#14345c;color:#fff;padding:.8rem 1rem}header a{color:#fff;text-decoration:none;font-weight:600}
header small{opacity:.8;margin-left:.6rem}main{max-width:60rem;margin:0 auto;padding:1rem}
.card{background:#fff;border:1px solid #dde3ec;border-radius:.6rem;padding:1rem;margin:0 0 1rem}
h1{font-size:1.35rem;margin:.2rem 0 1rem}h2{font-size:1.05rem;margin:.2rem 0 .6rem}
table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:.5rem .6rem;border-bottom:1px solid #e6eaf1;vertical-align:top}
th{font-size:.8rem;color:#5a6478;font-weight:600}.wide{overflow-x:auto}
.status{display:inline-block;padding:.05rem .55rem;border-radius:1rem;font-size:.82rem;
font-weight:600;background:#e6eaf1;white-space:nowrap}
.paid{background:#d5f2df;color:#12572c}.open{background:#dbe8fb;color:#173f78}.over{background:#fbe1df;color:#8a1f17}
button,.button{font:inherit;border:1px solid #14345c;background:#fff;color:#14345c;border-radius:.5rem;padding:.45rem .9rem;cursor:pointer;
text-decoration:none;display:inline-block}
button.big{width:100%;font-size:1.25rem;padding:.9rem;background:#147a3d;border-color:#147a3d;color:#fff}
input,select{font:inherit;padding:.45rem .6rem;border:1px solid #b8c1d0;border-radius:.4rem;width:100%}

label{display:block;margin:.7rem 0 .2rem}fieldset{border:0;padding:0;margin:0}
.choice{display:flex;gap:.5rem;align-items:center;margin:.35rem 0}
.choice input{width:auto}
.code{font-family:ui-monospace,monospace;font-size:.85rem;overflow-wrap:anywhere;background:#f3f5f9;padding:.6rem;
border-radius:.4rem;margin:.2rem 0 .8rem}
.amount{font-size:1.7rem;font-weight:700}.soft{color:#5a6478}.row{display:flex;gap:.5rem;flex-wrap:wrap}
.notice{border-left:.3rem solid #147a3d}.warning{border-left:.3rem solid #b3261e}
@media(max-width:40rem){.less,th{display:none}table,tbody,tr{display:block}tr{padding:.6rem 0;border-bottom:1px solid #e6eaf1}
tr:first-child{display:none}td{display:inline-block;border:0;padding:.15rem .8rem .15rem 0}td:first-child{display:block;font-weight:600}}
"""

STATUS_WORDS = {
    "PENDING": ("Aguardando registro", ""), "REGISTERED": ("Em aberto", "open"), "REJECTED": ("Recusada", "over"), "PAID": ("Paga", "paid"),
    "CANCELLED": ("Cancelada", "over"), "EXPIRED": ("Expirada", "over"), "ATIVA": ("Em aberto", "open"), "CONCLUIDA": ("Paga", "paid"),
    "REMOVIDA_PELO_USUARIO_RECEBEDOR": ("Removida", "over"), "CRIADA": ("Aguardando aceite", ""), "APROVADA": ("Autorizada", "paid"),
    "REJEITADA": ("Recusada", "over"), "CANCELADA": ("Cancelada", "over"), "EXPIRADA": ("Expirada", "over"),
}  # fmt: skip


def page(title: str, body: str, status: int = 200) -> Response:
    """A whole page."""
    text = (
        f'<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)} · Banco de teste</title><link rel="stylesheet" href="/static/banco.css"></head><body>'
        f'<header><a href="/">Banco de teste</a><small>nada aqui é dinheiro de verdade</small></header><main>{body}</main></body></html>'
    )
    return Response(status, text.encode(), "text/html; charset=utf-8")


def money(cents: int) -> str:
    """R$ 1.234,56."""
    return "R$ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def day(text: str) -> str:
    """2026-03-10 as 10/03/2026."""
    return f"{text[8:10]}/{text[5:7]}/{text[:4]}" if len(text) >= 10 else text


def badge(status: str) -> str:
    """A state in words and colour."""
    words, kind = STATUS_WORDS.get(status, (status, ""))
    return f'<span class="status {kind}">{escape(words)}</span>'


def code(label: str, text: str) -> str:
    """Something to copy."""
    return f'<div class="soft">{escape(label)}</div><div class="code">{escape(text)}</div>' if text else ""


def choice(name: str, value: str, label: str, checked: bool = False, kind: str = "radio") -> str:
    """A radio button or a box."""
    mark = " checked" if checked else ""
    return f'<label class="choice"><input type="{kind}" name="{name}" value="{value}"{mark}><span>{escape(label)}</span></label>'


def button(action: str, label: str, **hidden: str) -> str:
    """A form of one button."""
    fields = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items())
    return f'<form method="post" action="{escape(action)}">{fields}<button>{escape(label)}</button></form>'
