// SPDX-License-Identifier: Apache-2.0
#include "routes.hpp"

#include "status_of_rules.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/http/landing_page.hpp"

#include <utility>

namespace reeve::app {

namespace {

constexpr const char* plain = "text/plain; charset=utf-8";

http::response text(unsigned status, std::string body) {
  http::response out;
  out.status = status;
  out.content_type = plain;
  out.body = std::move(body);
  return out;
}

void add_rules(http::landing_page& page, const rule_status& status) {
  page.has_rules = status.rules > 0 || status.firing_total > 0 || !status.given_up.empty();
  for (const firing_alert& a : status.firing)
    page.alerts.push_back({a.source, label_text(a.labels), a.value, a.firing_for, a.next});
  page.further_alerts = status.firing_total - status.firing.size();
  for (const auto& [name, why] : status.given_up)
    page.given_up.push_back(cat(name, " was given up: ", why, ". reeve reset ", name, " begins anew."));
}

http::landing_page landing(const route_parts& parts) {
  http::landing_page page;
  page.title = "Reeve";
  page.version = version();
  page.links = {{"/metrics", "Metrics", "what Prometheus scrapes; ?collect[]=NAME for one plugin"},
                {"/-/healthy", "Healthy", "200 while the agent runs"},
                {"/-/ready", "Ready", "200 once every plugin has had its first run"}};
  const nanoseconds now = parts.time.unix_time();
  for (const auto& [name, e] : parts.plugins.entries()) {
    const schedule::status* s = parts.plugins.scheduler().find(name);
    http::landing_plugin one;
    one.name = name;
    one.state = !e.failure.empty()
                    ? "failed"
                    : (!s || s->now == schedule::state::ok ? "running" : schedule::name_of(s->now));
    one.reason = !e.failure.empty() ? e.failure : (s ? s->last_error : std::string());
    if (e.last_success_unix != nanoseconds{0}) one.last_sample_age = now - e.last_success_unix;
    one.samples = e.live_series;
    page.plugins.push_back(std::move(one));
  }
  add_rules(page, status_of_rules(parts.rules, parts.actions, parts.time));
  return page;
}

} // namespace

void add_routes(http::server& server, route_parts parts) {
  server.route("GET", "/metrics", [parts](http::request request, http::reply reply) {
    parts.scrapes.handle(std::move(request), std::move(reply));
  });
  server.route("GET", "/", [parts](const http::request&, const http::reply& reply) {
    http::response out;
    out.content_type = "text/html; charset=utf-8";
    out.body = http::render(landing(parts));
    reply(std::move(out));
  });
  server.route("GET", "/-/healthy",
               [](const http::request&, const http::reply& reply) { reply(text(200, "healthy\n")); });
  server.route("GET", "/-/ready", [parts](const http::request&, const http::reply& reply) {
    reply(parts.plugins.settled() ? text(200, "ready\n")
                                  : text(503, "not ready: some plugin has not finished its first run\n"));
  });
  server.route("POST", "/-/reload", [parts](const http::request&, const http::reply& reply) {
    if (!parts.reload_endpoint) {
      reply(text(
          403,
          "reloading over HTTP is off; set reload_endpoint = true under [http], or run: reeve reload\n"));
      return;
    }
    parts.reload.reload(
        [reply](const reload_report& report) { reply(text(report.ok ? 200 : 500, report.text)); });
  });
}

} // namespace reeve::app
