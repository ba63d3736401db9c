// SPDX-License-Identifier: Apache-2.0
#include "parse/systemd_show.hpp"

#include "parse/fields.hpp"

#include "reeve/base/strings.hpp"

#include <limits>
#include <map>

namespace reeve::os::parse {

namespace {

service_state state_of(std::string_view load, std::string_view active) noexcept {
  if (active == "active" || active == "reloading") return service_state::running;
  if (active == "activating") return service_state::starting;
  if (active == "deactivating") return service_state::stopping;
  if (active == "failed") return service_state::failed;
  // A unit whose file is gone is known for as long as something of it runs.
  return load == "not-found" || load.empty() ? service_state::not_installed : service_state::stopped;
}

} // namespace

systemd_service parse_systemd_show(std::string_view text) {
  std::map<std::string_view, std::string_view> properties;
  for (std::string_view line; next_line(text, line);)
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos)
      properties[line.substr(0, equals)] = line.substr(equals + 1);
  systemd_service out;
  service_status& s = out.status;
  s.state = state_of(properties["LoadState"], properties["ActiveState"]);
  std::uint64_t pid = 0;
  if (to_number(properties["MainPID"], pid) && pid <= std::numeric_limits<std::uint32_t>::max())
    s.pid = static_cast<std::uint32_t>(pid);
  s.starts_at_boot = properties["UnitFileState"].starts_with("enabled");
  if (s.state == service_state::not_installed) return out;
  s.detail = cat(properties["ActiveState"], " (", properties["SubState"], ")");
  const std::string_view result = properties["Result"], status = properties["ExecMainStatus"];
  if (!result.empty() && result != "success") s.detail += cat(", ", result);
  if (s.state == service_state::failed && result == "exit-code") s.detail += cat(" ", status);
  out.file = properties["FragmentPath"];
  return out;
}

bool says_stopping(std::string_view text) noexcept {
  return text.substr(0, text.find('\n')) == "stopping";
}

} // namespace reeve::os::parse
