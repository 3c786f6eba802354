# shellcheck shell=bash
# Prepares an instance of the web tier when it starts: a web server that speaks TLS only, the agent
# that ships its log, and the agent that CodeDeploy works through.
# The launch template puts "#!/bin/bash" and the assignments of REGION and LOG_GROUP before this.
set -euo pipefail

dnf install -y amazon-cloudwatch-agent nginx ruby wget

# The load balancer encrypts but does not ask who its targets are, so that each instance can make
# a certificate of its own: no key is ever sent anywhere.
install -d -m 0700 /etc/pki/nginx/private
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$(hostname -f)" \
  -keyout /etc/pki/nginx/private/server.key -out /etc/pki/nginx/server.crt

install -d /var/www/web
cat > /etc/nginx/conf.d/web.conf <<'NGINX'
server {
  listen 443 ssl;
  server_tokens off;
  ssl_certificate /etc/pki/nginx/server.crt;
  ssl_certificate_key /etc/pki/nginx/private/server.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  root /var/www/web;
  location = /health {
    default_type text/plain;
    return 200 "well\n";
  }
}
NGINX
systemctl enable --now nginx

cat > /opt/aws/amazon-cloudwatch-agent/etc/web.json <<AGENT
{
  "logs": {
    "logs_collected": {
      "files": {
        "collect_list": [
          {
            "file_path": "/var/log/nginx/error.log",
            "log_group_name": "${LOG_GROUP}",
            "log_stream_name": "{instance_id}/error"
          },
          {
            "file_path": "/var/log/nginx/access.log",
            "log_group_name": "${LOG_GROUP}",
            "log_stream_name": "{instance_id}/access"
          }
        ]
      }
    }
  }
}
AGENT
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s \
  -c file:/opt/aws/amazon-cloudwatch-agent/etc/web.json

# AWS CodeDeploy User Guide, "Install the CodeDeploy agent for Amazon Linux or RHEL".
cd /tmp
wget -q "https://aws-codedeploy-${REGION}.s3.${REGION}.amazonaws.com/latest/install"
ruby ./install auto
