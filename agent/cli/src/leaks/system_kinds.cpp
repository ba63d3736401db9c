// SPDX-License-Identifier: Apache-2.0
#include "leaks/system_kinds.hpp"

#include <utility>

namespace reeve::cli {

namespace {

using handle_leak::unread_reason;

unread_reason reason_of(errc code) noexcept {
  switch (code) {
  case errc::access_denied:
    return unread_reason::access_denied;
  case errc::not_found:
    return unread_reason::vanished;
  case errc::unsupported:
    return unread_reason::unsupported;
  default:
    return unread_reason::failed;
  }
}

} // namespace

result<> system_kinds::read(process_id id, const os::open_files_request& wanted) {
  if (!reader_) {
    auto made = os::open_files_reader::create();
    if (!made) return made.error();
    reader_ = *std::move(made);
  }
  return reader_->read(id, wanted, last_);
}

bool system_kinds::counts(std::uint32_t pid, std::uint64_t start, std::vector<handle_leak::kind_count>& out,
                          unread_reason& why) {
  if (const auto done = read({pid, start}, {}); !done) {
    why = reason_of(done.error().code);
    return false;
  }
  for (std::size_t i = 0; i < os::handle_kinds; ++i)
    out.push_back({os::name_of(static_cast<os::handle_kind>(i)), last_.by_kind[i]});
  return true;
}

std::string system_kinds::example(std::uint32_t pid, std::uint64_t start, std::string_view kind) {
  os::handle_kind_set wanted = 0;
  for (std::size_t i = 0; i < os::handle_kinds; ++i)
    if (const auto k = static_cast<os::handle_kind>(i); kind == os::name_of(k)) wanted |= os::set_of(k);
  const auto done = read({pid, start}, {wanted, 1});
  return done && !last_.targets.empty() ? last_.targets[0].name : std::string();
}

} // namespace reeve::cli
