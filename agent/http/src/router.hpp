// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/http/server.hpp"
#include "token_bucket.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::http {

// What is behind a path.
struct route_target {
  handler run;
  route_options options;
  token_bucket allowance;
};

class router {
 public:
  void add(std::string method, std::string path, handler h, route_options options);
  void remove(std::string_view method, std::string_view path);
  void clear() { routes_.clear(); }

  // The target, or null and in `refusal` the 404 or 405 to send. Shared, so that a handler may replace
  // itself.
  std::shared_ptr<route_target> find(std::string_view method, std::string_view path, response& refusal) const;

 private:
  struct entry {
    std::string method;
    std::string path;
    std::shared_ptr<route_target> to;
  };
  std::vector<entry> routes_;
};

} // namespace reeve::http
