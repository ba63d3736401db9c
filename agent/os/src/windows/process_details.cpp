// SPDX-License-Identifier: Apache-2.0
#include "windows/process_details.hpp"

#include "windows/command_line.hpp"
#include "windows/error.hpp"
#include "windows/security.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"

#include <cstddef>
#include <utility>

namespace reeve::os {

namespace {

constexpr std::size_t max_accounts = 1024;
// A process that is only just being created has no command line yet, so a failure is not final at once; one that
// refuses its handle goes on refusing.
constexpr std::uint8_t max_attempts = 3;

std::optional<std::string> executable_of(HANDLE process, std::uint32_t& code) {
  std::wstring path(512, L'\0');
  for (;;) {
    auto length = static_cast<DWORD>(path.size());
    if (QueryFullProcessImageNameW(process, 0, path.data(), &length)) return to_utf8({path.data(), length});
    code = GetLastError();
    // 32,767 characters is the longest path there is ("Maximum Path Length Limitation").
    if (code != ERROR_INSUFFICIENT_BUFFER || path.size() > 32'767) return std::nullopt;
    path.resize(path.size() * 4);
  }
}

std::string name_of_sid(PSID sid) {
  wchar_t name[256],
      domain[256]; // UNLEN and DNLEN are below; a longer answer fails and the SID's text stands in
  DWORD name_length = 256, domain_length = 256;
  SID_NAME_USE use;
  if (LookupAccountSidW(nullptr, sid, name, &name_length, domain, &domain_length, &use)) {
    std::string out = to_utf8({domain, domain_length});
    if (!out.empty()) out += '\\';
    return out + to_utf8({name, name_length});
  }
  return to_utf8(sid_text(sid));
}

bool is_identity(HANDLE process, process_id id) noexcept {
  FILETIME created, exited, kernel, user;
  return GetProcessTimes(process, &created, &exited, &kernel, &user) && to_uint64(created) == id.start;
}

unreadable_reason reason_of(std::uint32_t code) noexcept {
  // OpenProcess answers ERROR_INVALID_PARAMETER for a pid that is not there.
  if (code == ERROR_INVALID_PARAMETER || code == ERROR_NOT_FOUND) return unreadable_reason::vanished;
  return errc_of(code) == errc::access_denied ? unreadable_reason::access_denied : unreadable_reason::failed;
}

constexpr std::array<process_field, 3> detail_fields{process_field::executable, process_field::command_line,
                                                     process_field::user};

} // namespace

std::optional<std::string> account_names::owner_of(HANDLE process, std::uint32_t& code) {
  HANDLE raw = nullptr;
  if (!OpenProcessToken(process, TOKEN_QUERY, &raw)) {
    code = GetLastError();
    return std::nullopt;
  }
  const unique_handle token(raw);
  alignas(TOKEN_USER) std::byte buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD length = 0;
  if (!GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &length)) {
    code = GetLastError();
    return std::nullopt;
  }
  const PSID sid = reinterpret_cast<const TOKEN_USER*>(buffer)->User.Sid;
  std::string key(static_cast<const char*>(sid), GetLengthSid(sid));
  if (const auto found = by_sid_.find(key); found != by_sid_.end()) return found->second;
  if (by_sid_.size() >= max_accounts) by_sid_.clear();
  return by_sid_.emplace(std::move(key), name_of_sid(sid)).first->second;
}

void process_details::read_missing(entry& e, process_id id, process_fields wanted) {
  const auto missing = [&](std::size_t i) {
    const detail& d = e.details[i];
    const bool known = d.attempts != 0 && d.code == 0;
    const bool given_up =
        d.attempts >= max_attempts || (d.attempts != 0 && errc_of(d.code) == errc::access_denied);
    return has(wanted, detail_fields[i]) && !known && !given_up;
  };
  if (!missing(0) && !missing(1) && !missing(2)) return;

  std::uint32_t code = 0;
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id.pid));
  if (!process)
    code = GetLastError();
  else if (!is_identity(process.get(), id))
    code = ERROR_NOT_FOUND; // the pid is another process's by now
  for (std::size_t i = 0; i < e.details.size(); ++i) {
    if (!missing(i)) continue;
    detail& d = e.details[i];
    ++d.attempts;
    d.code = code;
    if (code != 0) continue;
    std::optional<std::string> value;
    switch (detail_fields[i]) {
    case process_field::executable:
      value = executable_of(process.get(), d.code);
      break;
    case process_field::command_line:
      value = command_line_of(process.get(), id.pid, d.code);
      break;
    default:
      value = accounts_.owner_of(process.get(), d.code);
      break;
    }
    if (value) {
      d.text = std::move(*value);
      d.code = 0;
    } else if (d.code == 0) {
      d.code = ERROR_GEN_FAILURE;
    }
  }
}

void process_details::add_to(process_rows& out, process_fields wanted) {
  if ((wanted & fields) == 0) return;
  ++generation_;
  for (process_row& row : out.rows) {
    // The kernel's own have neither a file nor a command line, and their handles are refused to everyone.
    if ((row.flags & process_row::kernel_thread) != 0) continue;
    entry& e = entries_[row.id];
    e.last_seen = generation_;
    read_missing(e, row.id, wanted);
    for (std::size_t i = 0; i < e.details.size(); ++i) {
      if (!has(wanted, detail_fields[i])) continue;
      const detail& d = e.details[i];
      if (d.code != 0) {
        ++out.unreadable[static_cast<std::size_t>(reason_of(d.code))];
        continue;
      }
      const text_ref text{static_cast<std::uint32_t>(out.text.size()),
                          static_cast<std::uint32_t>(d.text.size())};
      out.text += d.text;
      row.present |= static_cast<process_fields>(detail_fields[i]);
      switch (detail_fields[i]) {
      case process_field::executable:
        row.executable = text;
        break;
      case process_field::command_line:
        row.command_line = text;
        break;
      default:
        row.user = text;
        break;
      }
    }
  }
  std::erase_if(entries_, [&](const auto& item) { return item.second.last_seen != generation_; });
}

} // namespace reeve::os
