"""Pairs of compose files as people keep them: three to twelve services, the same stack in a short and in a long spelling.

Of ten files four have anchors, three block scalars, two text beyond ASCII (they overlap), and one in fifty a rarer form: a tag, a quoted text
over two lines. One pair in five differs in one image.
"""
import random


def short(services):
    out = "services:\n"
    for i in services:
        out += (f"  app{i}:\n    image: registry.example.org/team/app{i}:1.{i}\n    restart: unless-stopped\n"
                f"    ports: [\"{8000 + i}:80\", \"{8400 + i}:443/tcp\"]\n    environment:\n      - LEVEL=info\n      - DB_HOST=db\n"
                f"      - DB_PASSWORD=${{DB_PASSWORD}}\n    volumes:\n      - data{i}:/var/lib/app\n      - ./conf{i}:/etc/app:ro\n"
                f"    depends_on: [db]\n    stop_grace_period: 1m30s\n    mem_limit: 512m\n    labels:\n      traefik.enable: true\n")
    return out + "  db:\n    image: mariadb:11\n    command: --a=1 --b='2 3'\n"


def long(services, tag):
    out = "services:\n  db:\n    command: ['--a=1', '--b=2 3']\n    image: 'mariadb:11'\n"
    for i in services:
        out += (f"  app{i}:\n    labels: [traefik.enable=true]\n    mem_limit: 536870912\n    stop_grace_period: 90s\n"
                f"    depends_on:\n      db:\n        condition: service_started\n    volumes:\n"
                f"      - {{type: bind, source: ./conf{i}, target: /etc/app, read_only: true, bind: {{create_host_path: true}}}}\n"
                f"      - {{type: volume, source: data{i}, target: /var/lib/app}}\n    environment:\n      LEVEL: info\n"
                f"      DB_PASSWORD: $DB_PASSWORD\n      DB_HOST: db\n    ports:\n      - {{target: 443, published: {8400 + i}}}\n"
                f"      - {{target: 80, published: \"{8000 + i}\"}}\n    restart: 'unless-stopped'\n"
                f"    image: \"registry.example.org/team/app{i}:{tag if i == services[0] else '1.' + str(i)}\"\n")
    return out


def habits(random_):
    """What a file has besides, at its head and at its end."""
    head = tail = ""
    if random_.random() < 0.4:
        head += "x-logging: &logging\n  driver: json-file\n  options: {max-size: \"10m\", max-file: \"3\"}\n"
        tail += "  proxy:\n    image: traefik:3\n    logging: *logging\n  mail:\n    image: mail:1\n    logging:\n      <<: *logging\n"
    else:
        tail += "  proxy:\n    image: traefik:3\n    logging: {driver: json-file, options: {max-size: \"10m\", max-file: \"3\"}}\n" \
                "  mail:\n    image: mail:1\n    logging: {driver: json-file, options: {max-size: \"10m\", max-file: \"3\"}}\n"
    if random_.random() < 0.3:
        tail += "configs:\n  start:\n    content: |\n      #!/bin/sh\n      set -eu\n\n      exec app --level info\n"
    else:
        tail += "configs:\n  start:\n    content: \"#!/bin/sh\\nset -eu\\n\\nexec app --level info\\n\"\n"
    if random_.random() < 0.2:
        head += "# Läuft seit März auf der Bühne – bitte nicht ändern\n"
    if random_.random() < 0.02:
        head += random_.choice(["x-kept: !!str 5\n", "x-long: 'one\n  two'\n"])
    return head, tail


def pairs(count):
    random_ = random.Random(20261129)
    for number in range(count):
        services = list(range(random_.randint(3, 12)))
        differs = random_.random() < 0.2
        desired_head, desired_tail = habits(random_)
        actual_head, actual_tail = habits(random_)
        yield {"id": number, "desired": desired_head + short(services) + desired_tail,
               "actual": actual_head + long(services, "2.0" if differs else f"1.{services[0]}") + actual_tail}
