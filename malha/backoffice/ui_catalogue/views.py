"""The catalogue of components at /_ui/: what a page may be built from, and what the browser tests look at."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from malha.backoffice.generic import Header
from malha.backoffice.ui_catalogue.forms import SampleForm, filled
from malha.core import charts, clock, statuses
from malha.domain.money import Money
from malha.staff.permissions import public

PAGES = {
    "badges": "Situação, etiquetas, avatares, ícones",
    "buttons": "Botões, menus, filtros",
    "blocks": "Cabeçalho, abas, faixa, blocos, ficha",
    "table": "Lista, paginação, ações em massa",
    "form": "Formulário",
    "form-errors": "Formulário com erros",
    "feedback": "Avisos, vazio, janelas, copiar, QR",
    "timeline": "Régua e atividade",
    "charts": "Gráficos",
}
ICONS = ("layout-dashboard", "users", "message-circle", "receipt", "cash-register", "building-bank", "rocket", "router", "plug-connected")


_NAMES = "name document situation is_online login ip plan router due_day amount note phone district".split()
_TABLE = """
Antônio Ferraz Lima    | 52931890525    | ACTIVE       | y | antonio.ferraz   | 100.64.8.21  | Fibra 500 Mega     | CCR Centro | 10 | 11990 | paga em 09/11      | +5535988000117 | Centro
Cleber Tavares         | 52920477125    | BLOCKED      |   | cleber.tavares   | 100.64.8.190 | Fibra 300 Mega     | CCR Centro | 05 | 8990  | vencida · 19 dias  | +5535988000142 | Vila Aurora
Condomínio Ipê Amarelo | 12345678000195 | ACTIVE       | y | cond.ipe         | 203.0.113.18 | Empresarial 1 Giga | CCR Serra  | 15 | 34990 | paga em 13/11      | +553533000120  | Jardim Primavera
Ingrid Sant'Anna       | 52966014225    | TRUST        | y | ingrid.santanna  | 100.64.9.77  | Fibra 500 Mega     | CCR Serra  | 10 | 11990 | vencida · 14 dias  | +5535988000155 | Alto da Serra
Jéssica Nogueira       | 52909133725    | INSTALLATION |   | jessica.nogueira |              | Fibra 700 Mega     | CCR Serra  | 20 | 14990 | 1ª em 20/12        | +5535988000163 | Alto da Serra
Rosa Maria Duarte      | 52948231025    | PENDING      | y | rosa.duarte      | 100.64.8.114 | Fibra 500 Mega     | CCR Centro | 20 | 11990 | vencida · 4 dias   | +5535988000204 | Vila Aurora
Valdir Coutinho        | 52983600925    | CANCELLED    |   | valdir.coutinho  |              | Fibra 300 Mega     | CCR Centro | 05 | 0     | encerrado em 02/11 | +5535988000227 | Vila Aurora
"""  # noqa: E501 - a table is read as a table


def _rows() -> list[dict[str, Any]]:
    """Invented customers."""
    lines = [[cell.strip() for cell in line.split("|")] for line in _TABLE.strip().splitlines()]
    rows: list[dict[str, Any]] = [dict(zip(_NAMES, line, strict=True)) for line in lines]
    return [{**row, "number": number, "amount": Money(int(row["amount"]))} for number, row in enumerate(rows, 1)]


HEADERS = (
    Header("Cliente", "", False, "-name", "ascending"),
    Header("Situação", "", False, "", ""),
    Header("Acesso", "", False, "", ""),
    Header("Plano", "", False, "plan", ""),
    Header("Dia", "r", False, "day", ""),
    Header("Cobrança atual", "r", False, "", ""),
    Header("Telefone", "", False, "", ""),
    Header("Bairro", "", False, "district", ""),
    Header("Ações", "", True, "", ""),
)


def _charts() -> dict[str, charts.Chart]:
    """One of each kind, and one without anything to draw."""
    scale = str
    return {
        "bars": charts.bars([charts.Bar(n * 7 % 50, n * 11 % 60, str(n)) for n in range(1, 13)], label="Colunas", scale=scale, mark=8),
        "stack": charts.stack([charts.Part(f"w{n}", 60 - 10 * n) for n in range(1, 6)], label="Partes"),
        "mirror": charts.mirror([charts.Pair(n * 5 % 17, n * 3 % 7, str(n)) for n in range(1, 13)], label="Acima e abaixo", scale=scale),
        "line": charts.line([charts.Point(n * n % 23, str(n)) for n in range(1, 9)], label="Linha", scale=scale),
        "nothing": charts.line([], label="Linha sem dados", scale=scale),
    }


@public
def index(request: HttpRequest) -> HttpResponse:
    """The list of pages."""
    return render(request, "backoffice/ui_catalogue/index.html", {"pages": PAGES})


@public
def component(request: HttpRequest, name: str) -> HttpResponse:
    """One page of components."""
    if name not in PAGES:
        raise Http404
    context = {
        "pages": PAGES,
        "name": name,
        "heading": PAGES[name],
        "vocabularies": statuses.VOCABULARIES,
        "icons": ICONS,
        "rows": _rows(),
        "headers": HEADERS,
        "charts": _charts() if name == "charts" else None,
        "form": filled() if name == "form-errors" else SampleForm(initial={"password": "x7kqw-29pmt"}),
        "money": Money(11990),
        "days_ago": clock.today() - timedelta(days=4),
    }
    return render(request, f"backoffice/ui_catalogue/{name.replace('-errors', '')}.html", context)
