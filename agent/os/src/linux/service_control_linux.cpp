// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/service_control.hpp"

#include "linux/keeper/small_file.hpp"
#include "linux/systemctl.hpp"
#include "parse/linux_counters.hpp"
#include "parse/systemd_show.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"
#include "systemd_unit.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr nanoseconds short_patience = std::chrono::seconds(30); // for what waits for no service

std::string unit_of(const std::string& name) {
  return name.ends_with(".service") ? name : cat(name, ".service");
}

// systemd.unit(5): the characters of a unit's name. A leading - would be an option of systemctl.
result<> check_name(const std::string& name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";
  if (name.empty() || name.size() > 200 || name[0] == '-' || name[0] == '.' ||
      name.find_first_not_of(allowed) != std::string::npos)
    return error{errc::invalid_argument, cat("\"", name, "\" is no name of a service"), 0};
  return {};
}

// systemd.unit(5), "Unit File Load Path".
std::string unit_folder(bool user) {
  if (!user) return "/etc/systemd/system";
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config && config[0] == '/') return cat(config, "/systemd/user");
  const char* home = std::getenv("HOME");
  return cat(home && home[0] == '/' ? home : "/root", "/.config/systemd/user");
}

std::string unit_path(const std::string& name, bool user) {
  return cat(unit_folder(user), "/", unit_of(name));
}

std::string command(bool user, std::string_view what, const std::string& name) {
  return cat("systemctl ", user ? "--user " : "", what, name.empty() ? "" : " ",
             name.empty() ? "" : unit_of(name), "\n");
}

// What systemctl says without rights; its exit status is 1 or 4 for this and much else.
bool is_denied(std::string_view said) {
  for (const std::string_view sign :
       {"Access denied", "Interactive authentication required", "Permission denied", "Not authorized"})
    if (said.find(sign) != said.npos) return true;
  return false;
}

result<std::string> text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return posix_error(errno, path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Beside it first, so that systemd never reads half a unit.
result<> write_unit(const std::string& path, std::string_view text) {
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), problem);
  if (problem) return posix_error(problem.value(), std::filesystem::path(path).parent_path().string());
  const std::string beside = cat(path, ".new");
  const unique_fd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) return posix_error(errno, beside);
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || ::fsync(file.get()) != 0 ||
      std::rename(beside.c_str(), path.c_str()) != 0) {
    const error why = posix_error(errno, path);
    ::unlink(beside.c_str());
    return why;
  }
  return {};
}

class systemd_manager final : public service_manager {
 public:
  explicit systemd_manager(const service_manager_options& o) : options_(o) {}

  result<std::vector<std::string>> install(const service_definition& service) override {
    if (auto good = check_name(service.name); !good) return good.error();
    if (auto free = check_is_ours_or_free(service.name); !free) return free.error();
    const std::string path = cat(options_.root, unit_path(service.name, options_.user));
    if (auto written = write_unit(path, systemd_unit(service, options_.user)); !written)
      return written.error();
    if (auto done = tell({"daemon-reload"}, short_patience); !done) return done.error();
    if (auto done = tell({"enable", unit_of(service.name)}, short_patience); !done) return done.error();
    return std::vector<std::string>{};
  }

  result<> uninstall(const std::string& name, nanoseconds patience) override {
    if (auto known = show(name, true); !known) return known.error();
    if (auto ours = check_is_ours_or_free(name); !ours) return ours.error();
    if (auto done = tell({"disable", "--now", unit_of(name)}, patience); !done) return done.error();
    const std::string path = cat(options_.root, unit_path(name, options_.user));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return posix_error(errno, path);
    return tell({"daemon-reload"}, short_patience);
  }

  result<> start(const std::string& name, nanoseconds patience) override {
    return change("start", name, patience);
  }
  result<> stop(const std::string& name, nanoseconds patience) override {
    return change("stop", name, patience);
  }
  result<> restart(const std::string& name, nanoseconds patience) override {
    return change("restart", name, patience);
  }
  result<> reload(const std::string& name, nanoseconds patience) override {
    return change("reload", name, patience);
  }

  result<service_status> status(const std::string& name) override {
    auto known = show(name, false);
    if (!known) return known.error();
    return std::move(known->status);
  }

 private:
  result<> change(const char* verb, const std::string& name, nanoseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    if (auto known = show(name, true, std::min(patience, short_patience)); !known) return known.error();
    auto done = tell({verb, unit_of(name)}, until - std::chrono::steady_clock::now());
    if (done || done.error().code == errc::access_denied || done.error().code == errc::timed_out) return done;
    // systemctl only points at the journal; what became of it stands in the unit's state.
    error why = done.error();
    if (const auto now = show(name, false)) why.message += cat("; it is ", now->status.detail);
    return why;
  }

  result<parse::systemd_service> show(const std::string& name, bool must_be_there,
                                      nanoseconds patience = short_patience) {
    if (auto good = check_name(name); !good) return good.error();
    auto said = run({"show", cat("--property=", parse::systemd_properties), unit_of(name)}, patience);
    if (!said) return said.error();
    parse::systemd_service out = parse::parse_systemd_show(*said);
    if (must_be_there && out.status.state == service_state::not_installed)
      return error{errc::not_found, cat("there is no service ", name), 0};
    return out;
  }

  result<> check_is_ours_or_free(const std::string& name) {
    const auto known = show(name, false);
    if (!known) return known.error();
    const std::string own = unit_path(name, options_.user);
    std::string file = known->file;
    if (file.empty() && ::access(cat(options_.root, own).c_str(), F_OK) == 0)
      file = own; // not read by systemd yet
    if (file.empty()) return {};
    const auto text = text_of(cat(options_.root, file));
    if (!text) return text.error();
    if (file == own && text->starts_with(unit_mark)) return {};
    return error{errc::busy,
                 cat("a service ", name, " is there already and is not Reeve's: ", file,
                     "; choose another name with --name"),
                 0};
  }

  result<std::string> run(std::vector<std::string> args, nanoseconds patience) {
    const std::string what = args.front();
    auto ended = run_systemctl(options_.root, options_.user, std::move(args), patience);
    if (!ended) return ended.error();
    if (ended->status == 0) return std::move(ended->output);
    std::string said = ended->output;
    while (said.ends_with('\n'))
      said.pop_back();
    return error{is_denied(said) ? errc::access_denied : errc::failed, cat("systemctl ", what, ": ", said),
                 0};
  }
  result<> tell(std::vector<std::string> args, nanoseconds patience) {
    const auto said = run(std::move(args), patience);
    if (!said) return said.error();
    return {};
  }

  service_manager_options options_;
};

} // namespace

result<std::unique_ptr<service_manager>> service_manager::create(const service_manager_options& o) {
  if (!is_systemd_running(o.root))
    return error{errc::unsupported, "systemd does not run on this machine (there is no /run/systemd/system)",
                 0};
  return std::make_unique<systemd_manager>(o);
}

bool is_service_of_this_process(const std::string& name) {
  const std::string groups = read_small_file("/proc/self/cgroup");
  return parse::is_beneath_unit(parse::cgroup_of_self(groups), unit_of(name));
}

std::string plan_install(const service_definition& service, bool user) {
  return systemd_unit(service, user);
}

std::string plan_uninstall(const std::string& name, bool user) {
  return cat(command(user, "disable --now", name), "rm ", unit_path(name, user), "\n",
             command(user, "daemon-reload", ""));
}

std::string plan_start(const std::string& name, bool user) {
  return command(user, "start", name);
}

std::string plan_stop(const std::string& name, bool user) {
  return command(user, "stop", name);
}

} // namespace reeve::os
