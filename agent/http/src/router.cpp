// SPDX-License-Identifier: Apache-2.0
#include "router.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>

namespace reeve::http {

void router::add(std::string method, std::string path, handler h, route_options options) {
  const token_bucket allowance(options.requests_per_second, options.burst);
  auto to = std::make_shared<route_target>(route_target{std::move(h), std::move(options), allowance});
  for (auto& route : routes_) {
    if (route.method == method && route.path == path) {
      route.to = std::move(to);
      return;
    }
  }
  routes_.push_back({std::move(method), std::move(path), std::move(to)});
}

void router::remove(std::string_view method, std::string_view path) {
  std::erase_if(routes_, [&](const entry& route) { return route.method == method && route.path == path; });
}

std::shared_ptr<route_target> router::find(std::string_view method, std::string_view path,
                                           response& refusal) const {
  std::shared_ptr<route_target> get;
  std::string allow;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    if (route.method == method) return route.to;
    if (route.method == "GET") get = route.to;
    append_to(allow, allow.empty() ? "" : ", ");
    append_to(allow, route.method);
    if (route.method == "GET") append_to(allow, ", HEAD");
  }
  if (get && method == "HEAD") return get;

  refusal.content_type = "text/plain; charset=utf-8";
  if (!allow.empty()) {
    refusal.status = 405;
    refusal.body = cat("This path answers ", allow, " only.\n");
    refusal.headers.emplace_back("Allow", std::move(allow));
    return nullptr;
  }
  refusal.status = 404;
  std::vector<std::string_view> paths;
  for (const auto& route : routes_)
    paths.push_back(route.path);
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  refusal.body = "There is nothing at this path.";
  // A long path is no misspelling, and the distance would cost its length squared.
  const auto near = path.size() <= 64 ? did_you_mean(path, paths) : std::string_view();
  if (!near.empty()) append_to(refusal.body, cat(" Did you mean ", near, "?"));
  append_to(refusal.body, "\nThe paths served here are:\n");
  for (const auto known : paths)
    append_to(refusal.body, cat("  ", known, "\n"));
  return nullptr;
}

} // namespace reeve::http
