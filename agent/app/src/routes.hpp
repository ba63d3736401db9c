// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin_set.hpp"
#include "reload.hpp"
#include "remedies.hpp"
#include "rule_runner.hpp"
#include "scrape.hpp"

#include "reeve/http/server.hpp"

namespace reeve::app {

struct route_parts {
  plugin_set& plugins;
  scraper& scrapes;
  reloader& reload;
  const clock& time;
  const rule_runner& rules;
  const remedies& actions;
  bool reload_endpoint = false;
};

// /metrics, /, /-/healthy, /-/ready, /-/reload. The parts must outlive the server.
void add_routes(http::server& server, route_parts parts);

} // namespace reeve::app
