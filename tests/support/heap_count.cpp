// SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap_count.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> bytes{0};
std::atomic<std::uint64_t> calls{0};
constexpr std::size_t header = alignof(std::max_align_t); // holds the size

} // namespace

std::int64_t reeve::test::heap_in_use() noexcept {
  return bytes.load(std::memory_order_relaxed);
}
std::uint64_t reeve::test::heap_allocations() noexcept {
  return calls.load(std::memory_order_relaxed);
}

// All of them: a sanitizer's own would not call these, and a block has its header or has not.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  auto* block = static_cast<std::size_t*>(std::malloc(size + header));
  if (!block) return nullptr;
  *block = size;
  calls.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(static_cast<std::int64_t>(size), std::memory_order_relaxed);
  return reinterpret_cast<char*>(block) + header;
}
void* operator new(std::size_t size) {
  if (void* made = operator new(size, std::nothrow)) return made;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}

void operator delete(void* p) noexcept {
  if (!p) return;
  auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(p) - header);
  bytes.fetch_sub(static_cast<std::int64_t>(*block), std::memory_order_relaxed);
  std::free(block);
}
void operator delete(void* p, std::size_t) noexcept {
  operator delete(p);
}
void operator delete(void* p, const std::nothrow_t&) noexcept {
  operator delete(p);
}
void operator delete[](void* p) noexcept {
  operator delete(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  operator delete(p);
}
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  operator delete(p);
}
