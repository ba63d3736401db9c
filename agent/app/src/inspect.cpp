// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/inspect.hpp"

#include "plugin_dir.hpp"
#include "plugin_set.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/app/check_rules.hpp"
#include "reeve/config/load.hpp"
#include "reeve/plugin_host/module.hpp"
#include "reeve/plugin_host/tables.hpp"
#include "reeve/supervise/jobs.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace reeve::app {

namespace {

plugin_report describe(const std::string& name, const std::string& library) {
  plugin_report out;
  out.name = name;
  out.library = library;
  const auto loaded = plugin_host::load_module(library);
  if (!loaded) {
    out.failure = loaded.error().message;
    return out;
  }
  out.sdk = (*loaded)->sdk;
  out.abi = std::to_string((*loaded)->abi_major) + "." + std::to_string((*loaded)->abi_minor);
  const auto found = (*loaded)->find(name);
  if (!found) {
    out.failure = found.error().message;
    return out;
  }
  const reeve_plugin_desc& d = **found;
  out.id = d.id;
  if (d.version) out.version = d.version;
  if (d.vendor) out.vendor = d.vendor;
  if (d.description) out.text = d.description;
  return out;
}

// What plugins need around them to be made and configured, without an agent.
struct workbench {
  explicit workbench(std::unique_ptr<logger> l) : log(std::move(l)) {}

  std::unique_ptr<logger> log;
  boost::asio::io_context loop;
  store::board board;
  plugin_host::tables tables{system_clock()};
  plugin_host::services services{system_clock(), *log, tables, [](plugin_host::event&&) { return true; },
                                 version()};
  event_router events{loop, system_clock(), *log};
  plugin_set plugins{loop, services, board, events, [](const std::string&) {}};
};

// Makes and configures the plugins, then takes them down again.
void check_plugins(const config::settings& s, const inspect_options& options, config_report& out) {
  auto log = logger::create({log_level::warn});
  if (!log) return;
  auto bench = std::make_unique<workbench>(*std::move(log));
  std::vector<config::plugin_settings> wanted;
  std::copy_if(s.plugins.begin(), s.plugins.end(), std::back_inserter(wanted),
               [](const auto& p) { return p.enabled; });
  bench->plugins.prepare(wanted, plugin_dir_of(s, options.plugin_dir), [&](plugin_set::candidates c) {
    out.problems = std::move(c.problems);
    for (plugin_entry& e : c.entries) {
      // One that failed may still be at it: asking its library again would wait with it.
      plugin_report one;
      if (e.failure.empty()) one = describe(e.settings.name, e.library);
      one.name = e.settings.name;
      one.library = e.library;
      one.configured = true;
      one.failure = e.failure;
      out.plugins.push_back(std::move(one));
      bench->plugins.discard(std::move(e));
    }
    bench->plugins.close_all(std::chrono::seconds(2), [&] { bench->loop.stop(); });
  });
  bench->loop.run();
  out.stuck = !bench->plugins.empty();
  if (out.stuck) static_cast<void>(bench.release()); // its threads use it when they wake
}

} // namespace

config_report check_config(const inspect_options& options) {
  config_report out;
  config::loaded first = config::load(options.config_path);
  out.files = std::move(first.files);
  out.problems = std::move(first.problems);
  if (first.value && options.with_plugins) check_plugins(*first.value, options, out);
  if (first.value) {
    std::ranges::move(supervise::check_jobs(first.value->jobs), std::back_inserter(out.problems));
    std::ranges::move(check_rules(first), std::back_inserter(out.problems));
  }
  for (diagnostic& d : out.problems)
    if (d.excerpt.empty()) d.excerpt = first.texts.line(d.where);
  return out;
}

config_report list_plugins(const inspect_options& options) {
  config_report out;
  config::loaded first = config::load(options.config_path);
  out.files = std::move(first.files);
  out.problems = std::move(first.problems);
  if (!first.value) return out;
  const std::string dir = plugin_dir_of(*first.value, options.plugin_dir);
  for (const config::plugin_settings& p : first.value->plugins) {
    out.plugins.push_back(describe(p.name, plugin_host::library_path(dir, p.library)));
    out.plugins.back().configured = p.enabled;
  }
  std::error_code unreadable;
  for (const auto& file : std::filesystem::directory_iterator(dir, unreadable)) {
    const std::string stem = file.path().stem().string();
    const std::string path = file.path().string();
    const bool library = plugin_host::library_path(dir, stem) == path;
    const bool listed = std::any_of(out.plugins.begin(), out.plugins.end(),
                                    [&](const plugin_report& p) { return p.library == path; });
    if (library && !listed) out.plugins.push_back(describe(stem, path));
  }
  std::sort(out.plugins.begin(), out.plugins.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

} // namespace reeve::app
