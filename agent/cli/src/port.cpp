// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "port/port_list.hpp"
#include "terminal_style.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/socket_query.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/os/control_channel.hpp"
#include "reeve/os/runtime.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>

namespace reeve::cli {

namespace {

struct port_options {
  std::vector<std::string> ports;
  bool all = false;
  bool connections = false;
  bool json = false;
  bool quiet = false;
  std::string instance = "default";
};

// The kernel leaves out all other ports for so many of them; for more it lists everything.
constexpr std::size_t max_filtered_ports = 16;
constexpr auto agent_patience = std::chrono::seconds(2);

os::socket_request request_for(const port_question& question) {
  os::socket_request request;
  std::size_t ports = 0;
  for (const port_spec& spec : question.ports)
    ports += std::size_t{spec.last} - spec.first + 1;
  if (ports <= max_filtered_ports)
    for (const port_spec& spec : question.ports)
      for (unsigned port = spec.first; port <= spec.last; ++port)
        request.ports.push_back(static_cast<std::uint16_t>(port));
  request.connections = !question.ports.empty() || question.connections;
  return request;
}

// A running agent has looked at all descriptors before, so its answer is quick. Without one this program looks itself.
result<os::socket_rows> ask_agent(const os::socket_request& request, const std::string& instance) {
  const auto answer = os::control_request(instance, app::to_query(request), agent_patience);
  if (!answer) return answer.error();
  constexpr std::string_view ok = "ok\n";
  if (!answer->starts_with(ok)) return error{errc::failed, *answer};
  return app::parse_sockets(std::string_view(*answer).substr(ok.size()));
}

result<os::socket_rows> read_sockets(const os::socket_request& request, const std::string& instance) {
  if (request.owners)
    if (auto answered = ask_agent(request, instance)) return answered;
  auto table = os::socket_table::create();
  if (!table) return table.error();
  os::socket_rows out;
  if (auto read = (*table)->read(request, out); !read) return read.error();
  return out;
}

result<os::process_rows> owners_of(const os::socket_rows& sockets) {
  std::set<std::uint32_t> pids;
  for (const os::socket_row& row : sockets.rows)
    for (std::uint32_t i = 0; i < row.owners; ++i)
      pids.insert(sockets.owners[row.first_owner + i].id.pid);
  os::process_rows out;
  if (pids.empty()) return out;
  auto table = os::process_table::create();
  if (!table) return table.error();
  const std::vector<std::uint32_t> all(pids.begin(), pids.end());
  if (auto read = (*table)->read_some(all, needed_fields_of_ports(), out); !read) return read.error();
  return out;
}

// On standard error, so that it does not get into what a pipe carries.
void say_what_was_hidden(const os::socket_rows& sockets) {
  if (sockets.processes_elsewhere != 0)
    std::fprintf(
        stderr,
        "%llu process%s in other network namespaces (containers), whose ports are their own and not shown; "
        "nsenter --net -t PID reeve port shows them\n",
        static_cast<unsigned long long>(sockets.processes_elsewhere),
        sockets.processes_elsewhere == 1 ? " is" : "es are");
  if (sockets.unowned[static_cast<std::size_t>(os::unowned_reason::access_denied)] == 0) return;
  std::fprintf(stderr,
               "the descriptors of %llu process%s could not be seen for lack of rights; reeve sees more %s\n",
               static_cast<unsigned long long>(sockets.unreadable_processes),
               sockets.unreadable_processes == 1 ? "" : "es",
               os::os_name() == "windows" ? "when it runs elevated (as administrator)"
                                          : "as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}

int fail(const error& why) {
  std::fprintf(stderr, "reeve: %s\n", why.message.c_str());
  return app::exit_failed;
}

int port(const port_options& options) {
  port_question question;
  question.connections = options.connections;
  for (const std::string& text : options.ports)
    question.ports.push_back(*parse_port_spec(text)); // checked while parsing

  os::socket_request request = request_for(question);
  request.owners = !options.quiet;
  auto found = read_sockets(request, options.instance);
  if (!found) return fail(found.error());
  const os::socket_rows& sockets = *found;
  if (options.quiet) return is_taken(list_ports(sockets, {}, question)) ? app::exit_found : app::exit_ok;

  const auto processes = owners_of(sockets);
  if (!processes) return fail(processes.error());
  const std::vector<port_line> lines = list_ports(sockets, *processes, question);
  const bool taken = is_taken(lines);
  if (options.json) {
    print_json({{"taken", taken},
                {"sockets", ports_to_json(lines, *processes)},
                {"unreadable_processes", sockets.unreadable_processes},
                {"processes_in_other_network_namespaces", sockets.processes_elsewhere}});
  } else if (!lines.empty()) {
    const std::string text = render_ports(lines, *processes, system_clock().unix_time(), style_of_output());
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  std::fflush(stdout);
  say_what_was_hidden(sockets);
  if (!taken && !options.json && !question.ports.empty())
    std::fputs(question.ports.size() == 1 && question.ports[0].first == question.ports[0].last
                   ? "the port is free\n"
                   : "the ports are free\n",
               stderr);
  return taken && !question.ports.empty() ? app::exit_found : app::exit_ok;
}

std::string check_port(const std::string& text) {
  const auto spec = parse_port_spec(text);
  return spec ? "" : spec.error().message;
}

} // namespace

void add_port(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("port", "Say which process holds a port, or that it is free");
  auto options = std::make_shared<port_options>();
  CLI::Option* ports =
      verb->add_option("ports", options->ports, "8080, tcp/8080, udp/53 or 8000-8100; several are possible")
          ->type_name("PORT")
          ->check(CLI::Validator(check_port, ""));
  CLI::Option* all = verb->add_flag("-a,--all", options->all, "Everything that listens on this machine");
  all->excludes(ports);
  verb->add_flag("-c,--connections", options->connections, "Also connections, not only what listens");
  CLI::Option* json = verb->add_flag("--json", options->json, "Print JSON");
  verb->add_flag("-q,--quiet", options->quiet, "Print nothing; the exit status tells")->excludes(json);
  verb->add_option("-i,--instance", options->instance, "Which agent is asked first: its [agent] instance")
      ->capture_default_str();
  verb->footer("Exit status 0: the ports are free (or --all), 4: at least one is taken, 1: it could not be "
               "found out.\n"
               "A connection that only waits for late packets (time_wait) does not count as taken.\n\n"
               "Examples:\n  reeve port 8080\n  reeve port tcp/8000-8100 udp/53 --json\n"
               "  reeve port --all\n  reeve port 8080 --quiet && ./start-server");
  verb->callback([options, &c] {
    if (options->ports.empty() && !options->all)
      throw CLI::ValidationError("name a port, such as 8080, or --all");
    c.status = port(*options);
  });
}

} // namespace reeve::cli
