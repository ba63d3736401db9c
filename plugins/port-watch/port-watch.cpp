// SPDX-License-Identifier: Apache-2.0
// Who listens on which port, how many connections there are, and whether declared ports and endpoints are as declared.
#include "emission.hpp"
#include "events.hpp"

#include "reeve/plugin.hpp"
#include "reeve/process_table.hpp"
#include "reeve/socket_table.h"
#include "reeve/table.hpp"

#include <optional>

namespace reeve::port_watch {

class port_watch final : public sdk::plugin {
  static constexpr const char* needs[] = {REEVE_EXT_SOCKET_TABLE, REEVE_EXT_PROCESS_TABLE, nullptr};

 public:
  static constexpr sdk::description about{
      "org.reeve.port-watch",
      "port-watch",
      "0.1.0",
      "Reeve",
      "Listening ports with their owners, connections by state, declared ports and "
      "endpoints",
      "Apache-2.0",
      0,
      needs};

  explicit port_watch(sdk::host h)
      : plugin(h), sockets_(h, REEVE_EXT_SOCKET_TABLE, "socket table"),
        processes_(h, REEVE_EXT_PROCESS_TABLE, "process table") {}

  void configure(sdk::config& config, const sdk::call&) override { options_ = read_options(config); }

  void start(const sdk::call& call) override {
    std::uint32_t what = REEVE_SOCKETS_LISTENING;
    if (options_.connections) what |= REEVE_SOCKETS_CONNECTIONS;
    if (options_.owners) what |= REEVE_SOCKETS_OWNERS;
    sockets_.want(call, what);
    if (options_.owners) processes_.want(call, 0u); // identity and name are always there
    ports_.emplace(options_.ports);
    endpoints_.emplace(options_.endpoints);
    emission_.emplace(options_);
    emission_->declare(the_host(), call);
  }

  reeve_status sample(const sdk::call& call) override {
    const reeve_socket_rows raw = sockets_.read(call);
    const socket_rows rows(raw);
    if (!rows.readable()) throw sdk::failure("the host's socket rows are too short", REEVE_E_UNSUPPORTED);
    if (options_.owners) names_.fill(processes_.read(call));
    call.check();
    collect_listeners(rows, options_.udp, listeners_);
    if (options_.connections) count_connections(rows, listeners_, by_protocol_);
    for (const port_event& e : ports_->update(listeners_, names_))
      raise(the_host(), options_, e);
    for (const endpoint_change& e : endpoints_->update(rows, names_))
      raise(the_host(), options_, e, (*endpoints_)[e.endpoint]);
    return emission_->write(the_host(), call, {rows, names_, listeners_, by_protocol_, *ports_, *endpoints_});
  }

 private:
  sdk::table<reeve_socket_table, reeve_socket_rows> sockets_;
  sdk::process_table processes_;
  options options_;
  sdk::process_names names_;
  listener_map listeners_;
  std::array<state_counts, 2> by_protocol_{};
  std::optional<declared_ports> ports_;
  std::optional<endpoints> endpoints_;
  std::optional<emission> emission_;
};

} // namespace reeve::port_watch

REEVE_PLUGIN(reeve::port_watch::port_watch)
