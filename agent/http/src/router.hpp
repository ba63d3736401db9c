// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/http/server.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::http {

class router {
 public:
  void add(std::string method, std::string path, handler h);
  void clear() { routes_.clear(); }

  // The handler, or null and in `refusal` the 404 or 405 to send. Shared, so that a handler may replace
  // itself.
  std::shared_ptr<const handler> find(std::string_view method, std::string_view path,
                                      response& refusal) const;

 private:
  struct entry {
    std::string method;
    std::string path;
    std::shared_ptr<const handler> run;
  };
  std::vector<entry> routes_;
};

} // namespace reeve::http
