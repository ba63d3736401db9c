// SPDX-License-Identifier: Apache-2.0
#include "probe_attempt.hpp"
#include "reeve/base/strings.hpp"

#include <utility>

namespace reeve::http {

namespace {

class tcp_attempt final : public probe_attempt {
 public:
  using probe_attempt::probe_attempt;

 private:
  void connected() override { finish(true, cat(peer(), " takes connections")); }
  std::string missing() const override { return {}; }
};

using tcp_probe = probe_of<tcp_attempt, endpoint>;

} // namespace

std::unique_ptr<probe> make_tcp_probe(boost::asio::io_context& loop, endpoint to) {
  return std::make_unique<tcp_probe>(loop, std::move(to));
}

} // namespace reeve::http
