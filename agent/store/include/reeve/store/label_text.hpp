// SPDX-License-Identifier: Apache-2.0
// One series' labels as they stand between the braces: `pid="7",name="a \"b\""`. Rendered once, shared by
// every family with the same label keys and by every snapshot.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace reeve::store {

// Counted pointer to an immutable text. Copies may live on any thread; the last one frees it.
class label_ref {
 public:
  label_ref() noexcept = default; // no labels: an empty text
  static label_ref make(std::string_view rendered);

  label_ref(const label_ref& other) noexcept : block_(other.block_) {
    if (block_) block_->uses.fetch_add(1, std::memory_order_relaxed);
  }
  label_ref(label_ref&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  label_ref& operator=(label_ref other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~label_ref() {
    if (block_ && block_->uses.fetch_sub(1, std::memory_order_acq_rel) == 1) release(block_);
  }

  std::string_view text() const noexcept {
    return block_ ? std::string_view(reinterpret_cast<const char*>(block_ + 1), block_->length)
                  : std::string_view();
  }
  // Same object, and so the same text.
  friend bool operator==(const label_ref& a, const label_ref& b) noexcept { return a.block_ == b.block_; }

 private:
  struct block { // the bytes of the text follow it
    std::atomic<std::uint32_t> uses{1};
    std::uint32_t length = 0;
  };
  static void release(block*) noexcept;

  block* block_ = nullptr;
};

} // namespace reeve::store
