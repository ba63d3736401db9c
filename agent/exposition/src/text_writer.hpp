// SPDX-License-Identifier: Apache-2.0
// Appends to a string through a raw pointer: one room() per line instead of a capacity check per piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace reeve::exposition {

class text_writer {
 public:
  text_writer(std::string& out, std::size_t expected_bytes) : out_(out), start_(out.size()) {
    out_.resize(start_ + expected_bytes);
    at_ = out_.data() + start_;
    end_ = out_.data() + out_.size();
  }
  ~text_writer() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  text_writer(const text_writer&) = delete;
  text_writer& operator=(const text_writer&) = delete;

  std::size_t written() const noexcept { return static_cast<std::size_t>(at_ - out_.data()) - start_; }

  // Where `bytes` may be written; advance() says up to where they were.
  char* room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    return at_;
  }
  void advance(char* end) noexcept { at_ = end; }

  void append(std::string_view text) { at_ = put(room(text.size()), text); }

  static char* put(char* out, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }

 private:
  void grow(std::size_t bytes) {
    const auto used = static_cast<std::size_t>(at_ - out_.data());
    out_.resize(std::max(used + bytes, out_.size() * 2));
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
  }

  std::string& out_;
  std::size_t start_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

} // namespace reeve::exposition
