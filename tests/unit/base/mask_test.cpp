// Which texts hold secrets, and which harmless ones stay readable (design §4 "Secret ="). Whatever part of HUNTER2
// stays visible is a leak.
#include "base/mask.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::string_view secrets[] = {
    "redis-server --requirepass HUNTER2 --port 6379",
    "Authorization: Bearer HUNTER2",
    "curl -H 'Authorization: Bearer HUNTER2' http://x/y",
    R"~({"password": "HUNTER2", "user": "bob"})~",
    R"~({"password":"HUNTER2"})~",
    "password = HUNTER2",
    "password:HUNTER2",
    R"~(["--api-key", "HUNTER2"])~",
    "https://ghp_HUNTER2abcdef0123@github.com/x/y.git",
    "https://HUNTER2@github.com/x/y.git",
    "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
    "curl -u user:HUNTER2 http://x",
    "mysql -u root -pHUNTER2 db",
    "mysqldump -uroot -p'HUNTER2 x' db",
    "mysqladmin ping -h localhost -pHUNTER2",
    "mariadb -pHUNTER2 -e 'select 1'",
    "redis-cli -a HUNTER2 ping",
    "mongo -u root -p HUNTER2 --eval x",
    "mongosh --password HUNTER2",
    "psql postgres://app:HUNTER2@db:5432/x",
    "PGPASSWORD=HUNTER2 psql -h db",
    R"~(PGPASSWORD="HUNTER2 two" psql -h db)~",
    "sshpass -p HUNTER2 ssh root@host",
    "sshpass -pHUNTER2 ssh root@host",
    "htpasswd -b /etc/x user HUNTER2",
    "htpasswd -nbB user HUNTER2",
    "ldapsearch -x -D cn=admin -w HUNTER2 -b dc=x",
    "openssl enc -aes-256-cbc -pass pass:HUNTER2 -in x",
    "openssl rsa -passin pass:HUNTER2 -in x.pem",
    "define('AUTH_KEY', 'HUNTER2');",
    "define( 'NONCE_SALT',  'HUNTER2 with blanks, and commas' );",
    "WORDPRESS_NONCE_SALT=HUNTER2",
    "GITHUB_PAT=HUNTER2",
    "PIN=HUNTER2",
    "PIN: HUNTER2",
    "license: HUNTER2-HUNTER2",
    "LICENSE=HUNTER2",
    "Server=db;User Id=app;Password=HUNTER2 two;Encrypt=true",
    "Password=HUNTER2 two;Server=db;User Id=app",
    "amqp://guest:HUNTER2@mq:5672/",
    "jdbc:mysql://db/x?user=app&password=HUNTER2&ssl=true",
    "http://api/x?token=HUNTER2&page=2",
    "http://api/x?page=2&api_key=HUNTER2",
    "api_key=HUNTER2",
    "admin:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/",
    "admin:$2y$05$abcdefghijklmnopqrstuuHUNTER2HUNTER2HUNTER2HUNTER2",
    "docker login -u bob -p HUNTER2 registry.example.test",
    "docker login --username bob --password HUNTER2",
    "app --password HUNTER2",
    "app --password=HUNTER2",
    "app --pass HUNTER2 --port 80",
    "docker run -e DB_PASSWORD=HUNTER2 -p 80:80 nginx",
    R"~(docker run -e "DB_PASSWORD=HUNTER2 two" nginx)~",
    "export TOKEN=HUNTER2",
    "X-API-Key: HUNTER2",
    R"~(curl -H "X-API-Key: HUNTER2" http://x)~",
    R"~(curl -H "X-API-Key:HUNTER2" http://x)~",
    R"~(curl -H "Cookie: session=HUNTER2; other=HUNTER2" http://x)~",
    "AKIAIOSFODNN7HUNTER2",
    "aws_secret_access_key = HUNTER2/HUNTER2",
    "-----BEGIN RSA PRIVATE KEY-----\nHUNTER2\nHUNTER2==\n-----END RSA PRIVATE KEY-----\nrest",
    "-----BEGIN PRIVATE KEY-----\nHUNTER2",
    "x eyJhbGciOiJIUzI1NiJ9.HUNTER2HUNTER2.HUNTER2 y",
    "glpat-HUNTER2abcdef",
    "xoxb-HUNTER2-12345678",
    "sk_live_HUNTER2abcdef",
    R"~(proxy_set_header Authorization "Basic HUNTER2=";)~",
    "proxy_set_header X-API-Key HUNTER2;",
    "<password>HUNTER2</password>",
    R"~(<add key="DbPassword" value="HUNTER2"/>)~",
    R"~(<connection password="HUNTER2" user="x"/>)~",
    R"~([{"name": "DB_PASSWORD", "value": "HUNTER2"}])~",
    "- name: DB_PASSWORD\n  value: HUNTER2",
    "password: |\n  HUNTER2\n  HUNTER2\nuser: bob",
    "db:\n  password: >-\n    HUNTER2\n  user: bob",
    "password:\n  HUNTER2\nuser: bob",
    "tokens:\n- HUNTER2\n- HUNTER2\nuser: bob",
    R"~(passwords: [HUNTER2, "HUNTER2"])~",
    "[client]\nuser=root\npassword=HUNTER2 two\nhost=db",
    "[client]\npassword = HUNTER2 two\nhost = db",
    "requirepass HUNTER2",
    "masterauth HUNTER2\nport 6379",
    "user root\npassword HUNTER2\n",
    "machine x login bob password HUNTER2",
    R"~(sh -c "redis-cli -a HUNTER2 ping || exit 1")~",
    "sh -c 'mysql -pHUNTER2'",
    "echo HUNTER2 | docker login -u x --password-stdin",
    R"~(echo "root:HUNTER2" | chpasswd)~",
    "CREATE USER app IDENTIFIED BY 'HUNTER2'",
    "ALTER USER app WITH PASSWORD 'HUNTER2'",
    R"~({"cmd": "psql --password=\"HUNTER2\""})~",
    R"~({\"password\": \"HUNTER2\"})~",
    "$config['password'] = 'HUNTER2';",
    "password => 'HUNTER2'",
    R"~(password := "HUNTER2")~",
    "password=\"\"\"\nHUNTER2\n\"\"\"",
    "${DB_PASSWORD:-HUNTER2}",
    "DB_PASSWORD=${DB_PASSWORD:-HUNTER2}",
    "traefik.http.middlewares.auth.basicauth.users=admin:HUNTER2",
    "addr=nas,username=u,password=HUNTER2,vers=3.0",
    "username=u,password=HUNTER2",
    "smbclient //h/s -U user%HUNTER2",
    "rabbitmqctl add_user app HUNTER2",
    "mc alias set local http://minio:9000 HUNTER2 HUNTER2",
    "vault login HUNTER2",
    "https://hooks.slack.com/services/T000/B000/HUNTER2",
    "https://discord.com/api/webhooks/123/HUNTER2",
    "https://api.telegram.org/bot123456789:AAHUNTER2/sendMessage",
    "redis://:HUNTER2@cache:6379/0",
    "postgres://u:HUN/TER2@db:5432/x",
    "https://u:p@HUNTER2@host/",
    "https://HUNTER2:x-oauth-basic@github.com/x",
    "--from-literal=password=HUNTER2",
    "keytool -storepass HUNTER2 -keypass HUNTER2",
    "wget --http-password=HUNTER2 http://x",
    "kubectl create secret generic x --from-literal=token=HUNTER2",
    "curl --user=user:HUNTER2 http://x",
    "curl -uuser:HUNTER2 http://x",
    "password HUNTER2",
    "Cookie: session=HUNTER2",
    "Proxy-Authorization: Basic HUNTER2",
    "grafana-cli admin reset-admin-password HUNTER2",
    R"~(printf "user=x\npassword=HUNTER2\n")~",
    "AccountName=x;AccountKey=HUNTER2==;EndpointSuffix=core.windows.net",
    "auth_token: HUNTER2",
    R"~("apiKey" : "HUNTER2")~",
    "'secret' : 'HUNTER2'",
    "{user: bob, password: HUNTER2 two, port: 5}",
    "clientSecret=HUNTER2",
    "MYSQL_PWD=HUNTER2 mysql",
    "-e MYSQL_ROOT_PASSWORD HUNTER2",
    "user: bob # password: HUNTER2",
    "# DB_PASSWORD=HUNTER2",
    "ENV DB_PASSWORD HUNTER2",
    R"~(SIGNING_KEY: "HUNTER2")~",
    "?sig=HUNTER2&se=2026",
    "app --db-pass=HUNTER2",
    "app -password HUNTER2",
    "app -token=HUNTER2",
    R"~(["CONFIG","SET","requirepass","HUNTER2"])~",
    "redis-cli CONFIG SET requirepass HUNTER2",
    "redis-cli AUTH HUNTER2",
    "  \"password\": \"HUNTER2\",\n  \"user\": \"x\"",
    "db.password=HUNTER2",
    "spring.datasource.password: HUNTER2",
    R"~(SPRING_DATASOURCE_PASSWORD: "HUNTER2")~",
    "--spring.datasource.password=HUNTER2",
    "-Dspring.datasource.password=HUNTER2",
    "DB_PASSWORD : HUNTER2",
    "SECRET_KEY_BASE=HUNTER2",
    "smtp_password: !!str HUNTER2",
    "password: &pw HUNTER2",
    "DATABASE_URL=postgresql://u:HUNTER2@h/d?sslmode=require",
    "mongodb+srv://u:HUNTER2@c.mongodb.net/d",
    "curl 'https://api/x?access_token=HUNTER2'",
    R"~(curl -d '{"password":"HUNTER2"}' http://x)~",
    R"~(curl -d "username=bob&password=HUNTER2" http://x)~",
    R"~(curl --data-urlencode "client_secret=HUNTER2" http://x)~",
    "--oauth2-bearer HUNTER2",
    "minio server /data --secret-key HUNTER2",
    "rclone obscure --password HUNTER2",
    "ssh-keygen -t rsa -N HUNTER2 -f key",
    "gpg --batch --passphrase HUNTER2 -d x",
    "user: u\npass: HUNTER2",
    "pwd=HUNTER2",
    "Uid=sa;Pwd=HUNTER2;",
    "Data Source=x;Initial Catalog=y;User ID=sa;Password=HUNTER2",
    "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=HUNTER2==",
    "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=HUNTER2=",
    "JWT=HUNTER2",
    "jwt_secret: 'it''s HUNTER2'",
    "cookie: HUNTER2",
    R"~(TOKEN = "HUNTER2" # comment)~",
    "secret=HUNTER2,other=1",
    "--header=Authorization:HUNTER2",
    R"~(--header "Authorization: HUNTER2")~",
    "grpc.auth.token=HUNTER2",
    "telegram: 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX",
    "NEXTAUTH_SECRET=HUNTER2",
    "bind_pw: HUNTER2",
    "bindpw HUNTER2",
    "rootpw HUNTER2",
    "snmpwalk -v2c -c HUNTER2 host",
    "lftp -u user,HUNTER2 host",
    R"~(sqlcmd -S x -U sa -P HUNTER2 -Q "select 1")~",
    "unzip -P HUNTER2 x.zip",
    "7z x -pHUNTER2 x.7z",
    "mysql --user=root --password='HUNTER2 two' db",
    R"~(mysql --user=root --password="HUNTER2"two db)~",
    R"~(PASSWORD='HUNTER2'"HUNTER2" run)~",
    R"~(PASSWORD=HUN\ TER2 run)~",
    "x http://u:HUNTER2@h",
    "password is HUNTER2",
    "the token: HUNTER2",
    "X_TOKEN=$(echo HUNTER2)",
    R"~(["sh","-c","redis-cli -a HUNTER2 ping"])~",
    R"~({"auths":{"r.example":{"auth":"HUNTER2"}}})~",
    R"~({"credentials":{"a":"HUNTER2","b":["HUNTER2"]}})~",
    "sentry_dsn: https://HUNTER2@o1.ingest.sentry.io/1",
    "passwordHash: $2b$10$HUNTER2HUNTER2HUNTER2",
    "nats://HUNTER2@nats:4222",
    "redis-cli -u redis://:HUNTER2@h ping",
    "helm registry login -u x -p HUNTER2 r",
    "az acr login -n x -u y -p HUNTER2",
    "API-KEY HUNTER2",
    "<Password>HUNTER2</Password>",
    "<ns:apiKey>HUNTER2</ns:apiKey>",
    "<token><![CDATA[HUNTER2]]></token>",
    "PAT: HUNTER2",
    "myPat: HUNTER2",
    "userPin=HUNTER2",
    "otp: HUNTER256",
    R"~(PRIVATE_KEY="-----BEGIN EC PRIVATE KEY-----\nHUNTER2\n-----END EC PRIVATE KEY-----\n")~",
    "export AWS_ACCESS_KEY_ID=HUNTER2 AWS_SECRET_ACCESS_KEY=HUNTER2",
    "HASURA_GRAPHQL_ADMIN_SECRET=HUNTER2",
    "RABBITMQ_ERLANG_COOKIE: HUNTER2",
    "RESTIC_PASSWORD=HUNTER2",
    "BORG_PASSPHRASE='HUNTER2 HUNTER2'",
    "hf_HUNTER2abcdefghijklmnopq",
    "npm_HUNTER2abcdefghijklmnopqrstuvwxyz01",
    "//registry.npmjs.org/:_authToken=HUNTER2",
    "_auth=HUNTER2",
    "git clone https://x-access-token:HUNTER2@github.com/x/y",
    "svn --username u --password HUNTER2",
    "ftp://u:HUNTER2@h/x",
    "proxy=http://u:HUNTER2@proxy:3128",
    "smtp://u%40x:HUNTER2@mail:587",
    "mariadb-admin -uroot -pHUNTER2 ping",
    "docker exec db mysql -uroot -pHUNTER2 -e x",
    "timeout 5 redis-cli -a HUNTER2 ping | grep PONG",
    "if ! redis-cli -a HUNTER2 ping; then exit 1; fi",
    R"~(test "$(redis-cli -a HUNTER2 ping)" = PONG)~",
    R"~([ "$(redis-cli --pass HUNTER2 ping)" = "PONG" ])~",
    R"~(mongosh "mongodb://u:HUNTER2@db/x" --eval x)~",
    "mysql -h db -p HUNTER2",
    "SECRET==HUNTER2",
    "password+=HUNTER2",
    "password ?= HUNTER2",
    "curl -su user:HUNTER2 http://x",
    "curl -fsSLu user:HUNTER2 http://x",
    "curl -sSuuser:HUNTER2 http://x",
    "ldapsearch -xLLLw HUNTER2 -b dc=x",
    "zip -rP HUNTER2 out.zip dir",
    "mysql -BNspHUNTER2 db",
    "redis-cli -h influx -a HUNTER2 ping",
    "mc alias set vault http://minio:9000 HUNTER2 HUNTER2",
    "docker exec -it mysql mysql -uroot -pHUNTER2",
    "wpa_passphrase net HUNTER2",
    "mysqladmin -u root password HUNTER2",
    "mysqlsh --uri root:HUNTER2@db",
    "sqlplus -s scott/HUNTER2@//db:1521/XE",
    "etcdctl user add bob:HUNTER2",
    "etcdctl put /shop/db/password HUNTER2",
    "consul kv put shop/api-token HUNTER2",
    "npm config set //registry.example.test/:_authToken HUNTER2",
    "composer config http-basic.example.test bob HUNTER2",
    "composer config --global github-oauth.github.com HUNTER2",
    "smbclient //host/share HUNTER2 -U bob",
    "vault operator unseal HUNTER2",
    "ngrok config add-authtoken HUNTER2",
    "caddy hash-password --plaintext HUNTER2",
    "authelia hash-password -- HUNTER2",
    "couchbase-cli server-list -u bob -p HUNTER2",
    "cqlsh -u bob -pHUNTER2 host",
    "ipmitool -H x -U bob -PHUNTER2 power status",
    "ttyd -c bob:HUNTER2 bash",
    "ss-server -k HUNTER2 -p 8388",
    "xfreerdp /u:bob /p:HUNTER2 /v:host",
    "setup.exe /password:HUNTER2",
    "lftp -c 'open -u bob,HUNTER2 sftp://host'",
    "sh -c 'echo HUNTER2 | sudo -S id'",
    "redis-cli ACL SETUSER bob on '>HUNTER2' ~*",
    "user bob on >HUNTER2 ~* +@all",
    "SET PASSWORD FOR bob = PASSWORD('HUNTER2')",
    "db.auth('bob', 'HUNTER2')",
    R"~(<property name="password">HUNTER2</property>)~",
    "http://api/x?next=y%26password%3DHUNTER2",
    "bob:HUNTER2@tcp(db:3306)/shop?parseTime=true",
    "DATA_SOURCE_NAME=bob:HUNTER2@(db:3306)/",
    "bob:HUNTER2@unix(/run/db.sock)/shop",
    "bob:HUNTER2@/shop",
    "bob:HUNTER2@db.example.test:5432/shop",
    "nats://bob:HUNTER2@first:4222,nats://bob:HUNTER2@second:4222",
    "nats://bob:HUNTER2@first:4222,bob:HUNTER2@second:4222",
    "jdbc:oracle:thin:scott/HUNTER2@db:1521/XE",
    "https://outlook.office.com/webhook/HUNTER2",
    "https://maker.ifttt.com/trigger/x/with/key/HUNTER2",
    "gotify://push.example.test/HUNTER2",
    "tgram://HUNTER2/12345",
    "ConnectionStrings__Default=HUNTER2",
    "WALLET_SEED_PHRASE=HUNTER2",
    "MOT_DE_PASSE=HUNTER2",
    "PLEX_CLAIM=claim-HUNTER2abcdefghijkl",
    "--certificatesresolvers.x.acme.eab.hmacencoded=HUNTER2",
    "CMD=mysqldump -u root -pHUNTER2 db",
    "# CMD=mysqldump -u root -pHUNTER2 db",
    "- \"ofelia.job.command=mysqldump -pHUNTER2 db\"",
    R"~(env CMD="mysqldump -u root -pHUNTER2 db" run)~",
    "docker run -e CMD='redis-cli -a HUNTER2 ping' app",
};

const std::vector<Words> secret_commands = {
    {"redis-server", "--requirepass", "HUNTER2"},
    {"app", "--api-key", "HUNTER2"},
    {"CMD", "mysqladmin", "ping", "-h", "localhost", "-pHUNTER2"},
    {"CMD-SHELL", "mysqladmin ping -h localhost -pHUNTER2"},
    {"CMD", "redis-cli", "-a", "HUNTER2", "ping"},
    {"sh", "-c", "mysql -pHUNTER2"},
    {"sh", "-c", R"~(echo "password=HUNTER2" > /etc/x)~"},
    {"redis-cli", "AUTH", "default", "HUNTER2"},
    {"java", "-Djavax.net.ssl.keyStorePassword=HUNTER2 two", "-jar", "x"},
    {"CMD", "curl", "-fsS", "-u", "bob:HUNTER2", "http://localhost"},
    {"CMD", "curl", "-H", "Authorization: Bearer HUNTER2", "http://localhost"},
    {"CMD-SHELL", R"~(curl -H "Authorization: Basic HUNTER2" localhost)~"},
    {"vault", "server", "-dev-root-token-id=HUNTER2"},
    {"vault", "server", "-dev", "-dev-root-token-id", "HUNTER2"},
    {"cloudflared", "tunnel", "run", "--token", "HUNTER2"},
    {"tailscale", "up", "--authkey=HUNTER2"},
    {"/opt/mssql-tools/bin/sqlcmd", "-S", "localhost", "-U", "sa", "-P", "HUNTER2", "-Q", "SELECT 1"},
    {"CMD", "/opt/mssql-tools18/bin/sqlcmd", "-PHUNTER2"},
    {"CMD", "curl", "-fsSu", "bob:HUNTER2", "http://localhost"},
    {"CMD", "redis-cli", "-h", "influx", "-a", "HUNTER2", "ping"},
    {"redis-cli", "ACL", "SETUSER", "bob", "on", ">HUNTER2"},
    {"sqlplus", "-s", "scott/HUNTER2@db"},
    {"npm", "config", "set", "//registry.example.test/:_authToken", "HUNTER2"},
    {"CMD=mysqldump -u root -pHUNTER2 db"},
    {"CMD=sshpass -pHUNTER2 ssh h"},
    {"env", "CMD=curl -ua:HUNTER2 https://x", "run"},
    {"app", "--exec=redis-cli -a HUNTER2 ping"},
    {"CMD=vault login HUNTER2"},
};

constexpr std::string_view harmless[] = {
    "PATH=/usr/bin:/bin",
    "PING_INTERVAL=5",
    "KEYBOARD=de",
    "MONKEY=banana",
    "MAPPING=a:b",
    "app --port 80",
    "nginx:1.27",
    "ghcr.io/org/token-service:1.4.2",
    "ghcr.io/org/auth:latest",
    "user: 1000:1000",
    "docker run -p 8080:80 nginx",
    "mkdir -p dir",
    "tokenizer=bert",
    "TOKENIZERS_PARALLELISM=false",
    "secrets: [db, api_key]",
    "DB_PASSWORD_FILE=/run/secrets/db_password",
    "POSTGRES_PASSWORD_FILE: /run/secrets/db_password",
    "redis-cli -p 6379 ping",
    "psql -p 5432 -U app",
    "http://user@host/",
    "ssh://git@host/x.git",
    "http://localhost:80/a@b",
    "postgres://app:${DB_PASSWORD}@db/x",
    "--requirepass ${REDIS_PASSWORD}",
    "--requirepass $$REDIS_PASSWORD",
    "COMPASS=north",
    "BYPASS=10.0.0.0/8",
    "PASSENGER_APP_ENV=production",
    "AUTHOR=bob",
    "AUTHORITY=example",
    "SECRETARY=alice",
    "MAX_TOKENS=4096",
    "TOKEN_TTL=3600",
    "JWT_ALGORITHM=HS256",
    "JWT_EXPIRES_IN=15m",
    "ALLOW_EMPTY_PASSWORD=yes",
    "POSTGRES_HOST_AUTH_METHOD=trust",
    "PIPELINE=x",
    "SPIN=1",
    "PATTERN=x",
    "PATCH=1",
    "TURKEY=de",
    "HOTKEYS=on",
    "KEYCLOAK_URL=http://keycloak:8080",
    "AUTH_URL=https://auth.example.test/login",
    "org.opencontainers.image.licenses=MIT",
    "traefik.http.routers.web.rule=Host(`a.example.test`)",
    "traefik.http.routers.web.middlewares=auth@file",
    "./certs:/certs:ro",
    "/run/secrets/db_password",
    "--tls-key /certs/tls.key",
    "--tlskey=/certs/tls.key",
    "mkdir -p /var/lib/mysql && chown mysql /var/lib/mysql",
    R"~(exec: "nosuch": executable file not found in $PATH)~",
    "mysql:8.4",
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "git@github.com:org/repo.git",
    "https://example.test/a/b?page=2&sort=name",
    "SALTED=x",
    "LANG=de_DE.UTF-8",
    "wait-for db:5432 -t 60",
    "curl -f http://localhost:8080/health",
    "wget -q -O - http://localhost/health",
    "ssh -p 22 host",
    "8080:80/tcp",
    "db_password:/run/secrets/db_password:ro",
    "auth:8080",
    "http://auth:8080/verify",
    "unless-stopped",
    "CN=example,O=org",
    "SSH_PUBLIC_KEY=ssh-ed25519 AAAAC3Nz",
    "key.pem",
    "CMD-SHELL",
    "python -m pip install -r requirements.txt",
    "COOKIE_SECURE=true",
    "COOKIE_DOMAIN=example.test",
    "SESSION_DRIVER=redis",
    "ACCEPT_LICENSE=yes",
    "LICENSE=accept",
    "docker secret ls",
    "vault token lookup",
    "TOKEN_URL=https://idp.example.test/oauth/token",
    "PASSWORD_MIN_LENGTH=12",
    "AWS_REGION=eu-central-1",
    "zip -r out.zip dir",
    "--no-password --host db",
    "kill -s HUP 1",
    "node.labels.zone == eu",
    "LOG_FORMAT=%h %l %u",
    "10.0.0.0/8",
    "tmpfs /tmp size=64m",
    "max-size: 10m",
    "docker compose up -d --build",
    "--auth-type ldap",
    "--log-opt tag={{.Name}}",
    "--label com.example.keyword=value",
    "--api-port 8080",
    "--user 1000:1000",
    "--keyspace test",
    "psql -U app -d app -p 5432",
    R"~([ "$(redis-cli ping)" = "PONG" ])~",
    "test -f /run/secrets/db_password",
    "cat /run/secrets/db_password | docker login -u x --password-stdin",
    "wget --no-check-certificate http://x",
    "https://example.test/webhook-docs",
    "ENTRYPOINT=/entrypoint.sh",
    "TZ=Europe/Berlin",
    "start --http-port=8080 --hostname=auth.example.test",
    "${IMAGE_TAG:-latest}",
    "spring.application.name=token-service",
    R"~(echo "hello: world")~",
    "db,cache,web",
    R"~({"log-level":"info","pingInterval":5})~",
    R"~(pattern: "^[a-z]+$")~",
    "monkey: banana",
    "compass=north bypass=true",
    "a: b: c",
    "hop:by:hop",
    "nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "registry.example.test:5000/a:1@sha256:0123",
    "mailto:ops@example.test:25",
    "ssh:bob@host:22",
    "npm:left-pad@1.3.0",
    "git@github.com:22/org/repo.git",
    "auth@file,other@docker",
    "curl -fsSo /dev/null http://localhost:80/x",
    "curl -sS -L http://localhost/u",
    "curl --unix-socket /run/x.sock http://x",
    "etcdctl put /shop/title hello",
    "sqlplus / as sysdba",
    "user: 1000:1000@x",
    "echo >out.txt",
    "RANDOM_SEED=7",
    "RECOVERY_MODE=on",
    "/config:/config:ro",
    "/pass/through:/x",
    "https://example.test/integration/guide",
    "smbclient -N //host/share -c ls",
    "compass('north')",
    "docker run -e DB=mysql -p 80:80 app",
    "DB_CONNECTION=mysql php artisan serve -p 80",
    "90%3 of them",
};

const std::vector<Words> harmless_commands = {
    {"CMD", "pg_isready", "-U", "postgres"},
    {"nginx", "-g", "daemon off;"},
    {"redis-server", "--appendonly", "yes"},
    {"--providers.docker=true", "--entrypoints.web.address=:80"},
    {"postgres", "-c", "max_connections=200"},
    {"sh", "-c", "exec nginx -g 'daemon off;'"},
    {"--certificatesresolvers.le.acme.email=a@example.test"},
    {"env", "DB_CONNECTION=mysql", "app", "-p", "80"},
    {"JAVA_OPTS=-Xmx1g -Dserver.port=80"},
    {"CMD=curl -f http://localhost:8080/health"},
};

// What Docker, compose, registries, databases and Portainer say.
constexpr std::string_view messages[] = {
    "Object not found inside the database (bucket=endpoints, key=7)",
    R"~(password authentication failed for user "postgres")~",
    "wrong password given",
    "Database is uninitialized and superuser password is not specified. You must specify POSTGRES_PASSWORD to a "
    "non-empty value",
    R"~(service "web" refers to undefined secret db_password: invalid compose project)~",
    R"~(secret "db_password" not found)~",
    "token expired",
    "Invalid JWT token",
    "A valid authorisation token is missing",
    "services.web.secrets.0: must be a string",
    "services.web.environment.DB_PASSWORD: must be a string",
    "unsupported external secret db_password",
    "no basic auth credentials",
    R"~(Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password)~",
    "failed to solve: secret api_key: not found",
    "Access denied to resource",
    "Invalid credentials",
    "the key `api_key` is missing",
    "unknown key `tokens`",
    "pull access denied for local/nosuch, repository does not exist or may require 'docker login': denied: requested "
    "access to the resource is denied",
};

// Tokens and hashes that hold no HUNTER2.
constexpr std::string_view tells[] = {"HUNTER2", "HUN/", "TER2", "two", "IgXLP6", "AAHdqTc", "abcdefghijklmnopqrstuu"};

void expect_hidden(std::string_view masked, std::string_view text) {
    EXPECT_TRUE(masked.contains(mask_sign)) << text;
    for (const std::string_view part : tells) EXPECT_FALSE(masked.contains(part)) << text << "\n-> " << masked;
}

TEST(Mask, HidesASecretInEverySpelling) {
    for (const std::string_view text : secrets) expect_hidden(mask_text(text), text);
}

TEST(Mask, HidesASecretOfACommandGivenWordByWord) {
    for (const Words& words : secret_commands) {
        std::string masked;
        for (const std::string& word : mask_words(words)) masked += word + " ";
        expect_hidden(masked, words.front());
    }
}

TEST(Mask, LeavesWhatIsHarmlessReadable) {
    for (const std::string_view text : harmless) EXPECT_EQ(mask_text(text), text);
    for (const Words& words : harmless_commands)
        EXPECT_EQ(mask_words(words), std::vector<std::string>(words.begin(), words.end()));
}

TEST(Mask, LeavesSentencesOfServersReadable) {
    for (const std::string_view text : messages) EXPECT_EQ(mask_text(text, Voice::message), text);
}

TEST(Mask, ChangesNothingThatIsMasked) {
    for (const std::string_view text : secrets) {
        for (const Voice voice : {Voice::value, Voice::message}) {
            const std::string once = mask_text(text, voice);
            EXPECT_EQ(mask_text(once, voice), once) << text;
        }
    }
}

// The value alone goes: what stands around it tells the reader which one it was.
TEST(Mask, KeepsWhatStandsAroundASecret) {
    const std::vector<std::pair<std::string_view, std::string_view>> table{
        {"redis-server --requirepass X7 --port 6379", "redis-server --requirepass *** --port 6379"},
        {"postgres://app:s3cr3t@db:5432/x", "postgres://app:***@db:5432/x"},
        {"redis://:pw@cache and amqp://u:p@q", "redis://:***@cache and amqp://u:***@q"},
        {"https://u:p@ss@host/", "https://u:***@host/"},
        {"https://ghp_abcdefgh0123@host/x", "https://***@host/x"},
        {"PGPASSWORD=\"ge heim\" psql -h db", "PGPASSWORD=*** psql -h db"},
        {"user: x\npassword: geheim\nport: 5", "user: x\npassword: ***\nport: 5"},
        {R"({"user": "x", "password": "y", "port": 5})", R"({"user": "x", "password": ***, "port": 5})"},
        {"Server=db;Password=two words;Encrypt=true", "Server=db;Password=***;Encrypt=true"},
        {"http://x/y?token=abc&page=2", "http://x/y?token=***&page=2"},
        {"mysql -uroot -pgeheim db", "mysql -uroot -p*** db"},
        {"curl -u bob:geheim http://x", "curl -u bob:*** http://x"},
        {"curl -H 'Authorization: Bearer abc.def' http://x", "curl -H 'Authorization: ***' http://x"},
        {"docker run -e DB_PASSWORD=x -p 80:80 nginx", "docker run -e DB_PASSWORD=*** -p 80:80 nginx"},
        {"[\"redis-cli\",\"-a\",\"X7\",\"ping\"]", "[\"redis-cli\",\"-a\",***,\"ping\"]"},
        {"a: 1\npassword: |\n  one\n  two\nb: 2", "a: 1\npassword: |\n  ***\nb: 2"},
        {"<user>x</user><password>y</password>", "<user>x</user><password>***</password>"},
    };
    for (const auto& [text, wanted] : table) EXPECT_EQ(mask_text(text), wanted);
}

// In a sentence, a name is followed by words; what looks like a value is hidden there, too.
TEST(Mask, TellsSentencesFromValues) {
    EXPECT_EQ(mask_text("DB_PASSWORD: must be a string", Voice::message), "DB_PASSWORD: must be a string");
    EXPECT_EQ(mask_text("DB_PASSWORD: \"geheim\" is too short", Voice::message), "DB_PASSWORD: \"***\" is too short");
    EXPECT_EQ(mask_text("invalid argument --requirepass geheim", Voice::message), "invalid argument --requirepass ***");
    EXPECT_EQ(mask_text("the password is Abc12345, really", Voice::message), "the password is ***, really");
    EXPECT_EQ(mask_text("cannot reach redis://:geheim@cache:6379", Voice::message),
              "cannot reach redis://:***@cache:6379");
}

TEST(Mask, WhatCannotBeTakenApartIsMaskedFromThereOn) {
    EXPECT_EQ(mask_text("run --password 'one two"), "run --password ***");
    EXPECT_EQ(mask_text("password=\"one two"), "password=***");
    EXPECT_EQ(mask_text("keys: [one, {two: 3}"), "keys: ***");
    EXPECT_EQ(mask_text("x -----BEGIN PRIVATE KEY----- abc"), "x ***");
    EXPECT_EQ(mask_text("echo root:geheim | chpasswd"), "***");
}

// A reference is readable, unless one asks which references stand where secrets do.
TEST(Mask, ReferencesInPlacesOfSecretsAreFoundWhenAskedFor) {
    const std::string_view text = "app --token ${APP} --port ${PORT}";
    EXPECT_TRUE(secret_spans(text).empty());
    const MaskOptions options{.references = References::secret};
    const SecretSpans found = secret_spans(text, options);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(text.substr(found[0].from, found[0].to - found[0].from), "${APP}");
    EXPECT_EQ(found[0].name, "token");
}

// Exports call a variable by what told its value: that must not be another secret.
TEST(Mask, NoNameIsMadeOfASecret) {
    for (const std::string_view text : {"mysql -u root -p hunterPass db", "app -phunter-pw db", "app -phunterKey db",
                                        "app --password hunter_pw db"}) {
        for (const SecretSpan& span : secret_spans(text)) EXPECT_FALSE(span.name.contains("hunter")) << text;
    }
    const Words words{"mysql", "-p", "hunterPass", "db"};
    for (const SecretSpans& spans : secret_spans(words)) {
        for (const SecretSpan& span : spans) EXPECT_FALSE(span.name.contains("hunter"));
    }
    EXPECT_EQ(secret_spans("keytool -storepass X7yz").at(0).name, "storepass");
    EXPECT_EQ(secret_spans("app --db-pass X7yz").at(0).name, "db-pass");
}

TEST(Mask, FurtherNamesCanBeGiven) {
    const MaskOptions options{.more_names = [](std::string_view name) { return name == "LANG"; }};
    EXPECT_EQ(cover("A=b LANG=c", secret_spans("A=b LANG=c", options)), "A=b LANG=***");
}

// Twice the text takes twice the time, whatever the text: no step looks at the rest again for each of its signs.
TEST(Mask, TakesTimeInProportionToTheText) {
    for (const std::string_view piece : {"password=", "name:", "://a:", "${", "[\"", "\\\"", "sk-", "<>", "{{",
                                         "token:/", "key=$(", "'", "secrets:["}) {
        std::string text;
        while (text.size() < 200'000) text += piece;
        static_cast<void>(mask_text(text)); // with a quadratic step, this would outlast the test's time
    }
}

} // namespace
} // namespace mooring
