// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/module.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/file_trust.hpp"
#include "reeve/os/library.hpp"

#include <boost/dll/library_info.hpp>
#include <boost/dll/shared_library.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace reeve::plugin_host {

namespace {

namespace dll = boost::dll;

error refuse(const std::string& path, std::string_view why, errc code = errc::invalid_argument) {
  return {code, cat(path, ": ", why)};
}

// Reads the exports without running code, so that a library that is no plugin never gets to run its initialisers.
result<> check_exports(const std::string& path) {
  std::vector<std::string> symbols;
  try {
    symbols = dll::library_info(path).symbols();
  } catch (const std::exception& e) {
    return refuse(path, cat("not a plugin library (", e.what(), ")"));
  }
  constexpr std::string_view stem = "reeve_module_v";
  std::string other;
  for (const std::string& symbol : symbols) {
    if (symbol == REEVE_ENTRY_NAME) return {};
    if (symbol.starts_with(stem)) other = symbol.substr(stem.size());
  }
  if (!other.empty())
    return refuse(path, cat("built for plugin ABI major ", other, "; this agent speaks major ",
                            REEVE_ABI_MAJOR, ": rebuild the plugin with this agent's reeve/plugin.h"));
  return refuse(path, cat("exports no ", REEVE_ENTRY_NAME, ": not a Reeve plugin"));
}

bool valid_descriptor(const reeve_plugin_desc* d) noexcept {
  if (!d || !REEVE_HAS(reeve_plugin_desc, d, ops) || !d->id || !*d->id || !d->name || !*d->name || !d->ops)
    return false;
  const reeve_plugin_ops* ops = d->ops;
  return REEVE_HAS(reeve_plugin_ops, ops, destroy) && ops->create && ops->destroy;
}

result<std::unique_ptr<module>> describe(const std::string& path, const reeve_module* raw) {
  if (!raw) return refuse(path, "the plugin says that it cannot run here", errc::unsupported);
  if (raw->struct_size < REEVE_END(reeve_module, plugins))
    return refuse(path, "its module table is too small");
  if (raw->abi_major != REEVE_ABI_MAJOR)
    return refuse(path, cat("built for plugin ABI major ", raw->abi_major, "; this agent speaks major ",
                            REEVE_ABI_MAJOR, ": rebuild the plugin with this agent's reeve/plugin.h"));
  if (raw->min_host_minor > REEVE_ABI_MINOR)
    return refuse(path, cat("needs plugin ABI 1.", raw->min_host_minor, " or newer; this agent speaks 1.",
                            REEVE_ABI_MINOR, ": update the agent"));
  if (raw->n_plugins == 0 || !raw->plugins) return refuse(path, "holds no plugin");
  auto out = std::make_unique<module>();
  out->path = path;
  out->abi_major = raw->abi_major;
  out->abi_minor = raw->abi_minor;
  if (REEVE_HAS(reeve_module, raw, sdk) && raw->sdk) out->sdk = raw->sdk;
  for (std::uint32_t i = 0; i < raw->n_plugins; ++i) {
    if (!valid_descriptor(raw->plugins[i]))
      return refuse(path, cat("its plugin number ", i + 1, " has an incomplete descriptor"));
    out->plugins.push_back(raw->plugins[i]);
  }
  return out;
}

} // namespace

result<const reeve_plugin_desc*> module::find(std::string_view name) const {
  for (const reeve_plugin_desc* d : plugins)
    if (name == d->name) return d;
  if (plugins.size() == 1) return plugins.front();
  std::string names;
  for (const reeve_plugin_desc* d : plugins)
    names += cat(names.empty() ? "" : ", ", d->name);
  return refuse(path, cat("has no plugin named \"", name, "\"; it holds ", names), errc::not_found);
}

std::string library_path(std::string_view plugin_dir, std::string_view library) {
  std::filesystem::path file(library);
  if (file.is_absolute()) return file.string();
  file = std::filesystem::path(plugin_dir) / file;
  file += dll::shared_library::suffix();
  return file.string();
}

namespace {

// Never destroyed: a plugin's threads and static destructors may outlive any order of ours.
struct loader {
  std::mutex turn; // held while the system's loader is at work, for as long as that takes
  std::mutex mutex;
  std::string at_work;
  std::map<std::string, std::unique_ptr<module>> modules;
  std::vector<dll::shared_library> libraries;
};
loader& the_loader() {
  static auto& only = *new loader;
  return only;
}

// Says in the_loader() what is being loaded.
class loading {
 public:
  loading(loader& l, const std::string& path) : loader_(l), turn_(l.turn) { say(path); }
  ~loading() { say({}); }
  loading(const loading&) = delete;

 private:
  void say(const std::string& path) {
    const std::scoped_lock lock(loader_.mutex);
    loader_.at_work = path;
  }
  loader& loader_;
  std::scoped_lock<std::mutex> turn_;
};

dll::shared_library load(loader& l, const std::string& absolute_path) {
  const loading now(l, absolute_path);
  // Boost.DLL passes bits it does not know on to dlopen and LoadLibraryExW.
  const auto mode = static_cast<dll::load_mode::type>(dll::load_mode::rtld_now | dll::load_mode::rtld_local |
                                                      static_cast<int>(os::library_load_flags()));
  return dll::shared_library(std::filesystem::path(absolute_path), mode);
}

} // namespace

std::string module_being_loaded() {
  loader& l = the_loader();
  const std::scoped_lock lock(l.mutex);
  return l.at_work;
}

result<const module*> load_module(const std::string& absolute_path) {
  loader& l = the_loader();
  {
    const std::scoped_lock lock(l.mutex);
    if (const auto found = l.modules.find(absolute_path); found != l.modules.end())
      return found->second.get();
  }
  if (const auto trusted = os::check_trusted_file(absolute_path); !trusted) return trusted.error();
  if (const auto exports = check_exports(absolute_path); !exports) return exports.error();
  try {
    dll::shared_library library = load(l, absolute_path);
    const auto entry =
        reinterpret_cast<reeve_module_fn>(library.get<const reeve_module*(std::uint32_t)>(REEVE_ENTRY_NAME));
    auto described = describe(absolute_path, entry(REEVE_ABI_MINOR));
    const std::scoped_lock lock(l.mutex);
    l.libraries.push_back(std::move(library)); // also one that is refused: its code has run
    if (!described) return described.error();
    // Another thread may have been as far; the first module stays, callers hold pointers to it.
    return l.modules.try_emplace(absolute_path, *std::move(described)).first->second.get();
  } catch (const std::exception& e) {
    return refuse(absolute_path, cat("cannot be loaded: ", e.what()), errc::failed);
  }
}

} // namespace reeve::plugin_host
