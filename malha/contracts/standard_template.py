"""The written contract that a new installation starts with. A draft for the provider's lawyer, not legal advice."""

NAME = "Residencial, 12 meses"
CODE = "SCM-RES"
BODY = """
<h1>Contrato de prestação de serviço de comunicação multimídia nº {{contrato_numero}}</h1>
<p><strong>PRESTADORA:</strong> {{provedor_nome}}, CNPJ {{provedor_cnpj}}, {{provedor_endereco}}, {{provedor_bairro}},
{{provedor_cidade}}/{{provedor_uf}}.</p>
<p><strong>CLIENTE:</strong> {{cliente_nome}}, CPF/CNPJ {{cliente_cpf_cnpj}}, RG/IE {{cliente_rg_ie}}, {{cliente_endereco}},
{{cliente_bairro}}, {{cliente_cidade}}/{{cliente_uf}}, telefone {{cliente_telefone}}, e-mail {{cliente_email}}.</p>
<h2>1. Objeto</h2>
<p>Acesso à internet pelo plano <strong>{{plano}}</strong>, com velocidade de até {{download}} para receber e {{upload}} para enviar,
no endereço de instalação {{endereco_instalacao}}. Código da oferta: {{codigo_oferta}}. Login de autenticação: {{login}}.</p>
<h2>2. Preço e pagamento</h2>
<p>A mensalidade é de {{valor}} ({{valor_extenso}}), com vencimento todo dia {{dia_vencimento}}. Sobre o atraso incidem multa de 2%
e juros de 1% ao mês, calculados dia a dia.</p>
<h2>3. Atraso</h2>
<p>Vencida a fatura, o cliente é avisado. Passados ao menos 15 dias do aviso sem pagamento, o serviço pode ser suspenso; depois de 60
dias de suspensão e de novo aviso, o contrato pode ser rescindido. Pago o débito, o serviço volta em até um dia.</p>
<h2>4. Fidelidade</h2>
<p>O prazo de permanência é de {{fidelidade_meses}} meses, em troca do benefício concedido na contratação. A saída antes do prazo gera
multa proporcional ao tempo que falta, hoje de no máximo {{multa_fidelidade}}. Sem benefício não há prazo nem multa.</p>
<h2>5. Equipamentos</h2>
<p>Equipamentos cedidos em comodato: {{equipamentos}}. Eles são devolvidos ao fim do contrato; a devolução não condiciona o
cancelamento.</p>
<h2>6. Cancelamento e atendimento</h2>
<p>O cliente pode cancelar a qualquer tempo, pelos mesmos canais em que contratou. Toda solicitação recebe um número de protocolo.</p>
<h2>7. Proteção de dados</h2>
<p>Os dados pessoais são tratados para cumprir este contrato e as obrigações legais, conforme a Lei 13.709/2018.</p>
<p>{{provedor_cidade}}, {{data_extenso}}.</p>
<table><tbody><tr><td>{{assinatura_cliente}}</td><td>{{assinatura_provedor}}</td></tr></tbody></table>
<p>{{testemunhas}}</p>
"""
