// SPDX-License-Identifier: Apache-2.0
#include "keeper/rotating_file.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::os {

result<> rotating_file::open(const output_plan& plan) {
  plan_ = plan;
  auto opened = append_file::open(plan.file);
  if (!opened) {
    error why = opened.error();
    why.message = cat("output ", why.message);
    return why;
  }
  file_ = *std::move(opened);
  size_bytes_ = file_.size_bytes();
  return {};
}

void rotating_file::write(std::string_view bytes) {
  while (plan_.max_size_bytes != 0 && size_bytes_ + bytes.size() > plan_.max_size_bytes) {
    const std::uint64_t room = size_bytes_ < plan_.max_size_bytes ? plan_.max_size_bytes - size_bytes_ : 0;
    // A line that is longer than the room goes whole into the next file, and one longer than a file to its end.
    std::size_t cut = bytes.substr(0, room).rfind('\n');
    if (cut == bytes.npos && size_bytes_ == 0) cut = bytes.find('\n', room);
    if (cut == bytes.npos && size_bytes_ == 0) break;
    write_here(bytes.substr(0, cut == bytes.npos ? 0 : cut + 1));
    bytes.remove_prefix(cut == bytes.npos ? 0 : cut + 1);
    if (bytes.empty()) return;
    rotate();
  }
  write_here(bytes);
}

void rotating_file::write_here(std::string_view bytes) {
  const std::size_t written = file_.write(bytes);
  size_bytes_ += written;
  lost_bytes_ += bytes.size() - written;
}

void rotating_file::rotate() {
  // One that cannot be moved away goes on being written: a file too large is better than lines lost.
  const auto numbered = [&](std::uint32_t n) { return n == 0 ? plan_.file : cat(plan_.file, ".", n); };
  if (plan_.max_files == 0) {
    remove_file(plan_.file);
  } else {
    for (std::uint32_t n = plan_.max_files; n > 0; --n)
      if (!rename_over(numbered(n - 1), numbered(n)) && n == 1) return;
  }
  if (auto opened = append_file::open(plan_.file)) {
    file_ = *std::move(opened);
    size_bytes_ = file_.size_bytes();
  }
}

} // namespace reeve::os
