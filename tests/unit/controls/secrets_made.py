"""Secrets that nobody has and what only looks like one, for whoever tells them apart."""

from __future__ import annotations

from typing import Final

SECRET: Final = "Tr0ub4dor3xyz" + "AB99"
# What stands under a name that says secret, and is none.
HARMLESS: Final = (
    *(("token", value) for value in ("Ref::token", "-", "@/run/token", "@-", "__API_TOKEN__")),
    *(
        ("password", f"{word}{sign}{it}")
        for word in ("change", "REPLACE")
        for sign in "-_"
        for it in ("me", "ME")
    ),
    *(("password", value) for value in ("changeme", "changeit", "your-password-here", "TODO")),
    *(("password", value) for value in ("%%env_PG_PASSWORD%%", "%(ENV_PW)s", "ENC[db_password]")),
    *(("password", value) for value in ("$DB_PASSWORD", "${DB_PASSWORD}", "$$DB_PASSWORD")),
    *(("password", value) for value in ('"$DB_PASSWORD"', "'${DB_PASSWORD}'", "#{DB_PASSWORD}#")),
    *(
        ("secret", f"{store}://shop/x")
        for store in ("awskms", "gcpkms", "azurekeyvault", "hashivault", "awssm", "ref+awsssm")
    ),
    *(("secret", value) for value in ("id=npm,src=/root/.npmrc", "id=npm", "source=db,target=x")),
    ("DB_CREDENTIALS", "prod-db-credentials"),
    ("DB_SECRET", "prod-db-main"),
    *(("credentials", mode) for mode in ("include", "same-origin", "from-env")),
    ("javax.net.ssl.trustStorePassword", "changeit"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=shop,x-team=a"),
    ("COMPASS", "north"),
)
SECRETS: Final = (
    *(
        (name, SECRET)
        for name in ("requirepass", "masterauth", "storepass", "bindpw", "authtoken", "dbpass")
    ),
    *((name, SECRET) for name in ("secretkey", "accesskey", "privatekey", "DB_CREDENTIALS")),
    ("JWT_SECRET", "my-super-secret"),
    ("password", "-" + SECRET),
    ("secret", "awskms:" + SECRET),
    ("OTEL_EXPORTER_OTLP_HEADERS", f"api-key={SECRET}"),
    ("OTEL_EXPORTER_OTLP_HEADERS", f"x-tenant=shop,authorization=Bearer%20{SECRET}"),
    ("SETTINGS", f"host=db;password={SECRET};port=1"),
)
HARMLESS_COMMANDS: Final = (
    "docker build --secret id=npm,src=/root/.npmrc --build-arg TOKEN=$TOKEN .",
    "docker service create --secret prod-db nginx",
    "podman run --secret db,type=env,target=DB_PASSWORD shop",
    'pulumi config set --secret dbPassword "$DB_PASSWORD"',
    "pulumi config set --secret dbPassword ${DB_PASSWORD}",
    "run --token - < /run/token",
    "run --token=@/run/token",
    "java -Djavax.net.ssl.trustStorePassword=changeit -jar a.jar",
    "mysql -uroot -p -h db",
    "mysql -uroot -p --host=db shop",
    "mysql -P 3306 -h db",
    "mysqladmin ping -u root -p$MYSQL_ROOT_PASSWORD",
    'mysqladmin ping -u root -p"$MYSQL_ROOT_PASSWORD"',
    "docker run --name mysql -p3306:3306 shop",
    "docker run --name mysql -p127.0.0.1:3306:3306 shop",
    "redis-cli -a $$REDIS_PASSWORD ping",
    "docker login -u AWS -p $(aws ecr get-login-password) registry.example",
    "sqlcmd -S db -P ${DB_PASSWORD}",
    "mkdir -pv /srv/shop",
)
COMMANDS: Final = (
    f"mysql -uroot -p{SECRET} -h db",
    f"mysqldump -p'{SECRET}' shop",
    f"mariadb-admin -u root -p{SECRET} ping",
    f"sshpass -p {SECRET} ssh a",
    f"redis-cli -h db -a {SECRET} ping",
    f"redis-server --requirepass {SECRET}",
    f"keytool -storepass {SECRET} -list",
    f"sqlcmd -S db -P {SECRET}",
    f"mongosh -u shop -p {SECRET}",
    f"docker login -u shop -p {SECRET} registry.example",
    f"ldapsearch -x -w {SECRET}",
    f"pulumi config set --secret dbPassword {SECRET}",
    f"run --secret {SECRET} serve",
    f"run --secret {SECRET}",
    f"docker run shop --secret {SECRET}",
)
