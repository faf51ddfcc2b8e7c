find_program(MOORING_CCACHE ccache)
if(MOORING_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MOORING_CCACHE})
endif()

# Every outside library, each from a Debian package (deploy/install-dependencies.sh).
set(CMAKE_THREAD_PREFER_PTHREAD ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(OpenSSL 3 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBYAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)
if(MOORING_TESTS)
  find_package(GTest REQUIRED)
endif()

# Asio and Beast are compiled once, here, and not again in every file that uses them. Only agent/net and the test double link this.
add_library(mooring_boost STATIC ${CMAKE_CURRENT_LIST_DIR}/boost_separate.cpp)
target_compile_definitions(mooring_boost PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(mooring_boost PUBLIC Boost::headers Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
# TSan knows no fences, and says so at each; in Asio locks order what they would.
if(MOORING_SANITIZE STREQUAL "thread")
  target_compile_definitions(mooring_boost PUBLIC BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
# g++ 12 takes Asio's recycling of coroutine frames for a mismatch of new and delete.
target_compile_options(mooring_boost PUBLIC $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)

# What `mooring version --format json` and LIBRARIES name.
set(MOORING_LIBRARY_VERSIONS
  "Boost ${Boost_VERSION_STRING}|CLI11 ${CLI11_VERSION}|OpenSSL ${OPENSSL_VERSION}|SQLite ${SQLite3_VERSION}|fmt ${fmt_VERSION}|libyaml ${LIBYAML_VERSION}|nlohmann-json ${nlohmann_json_VERSION}|spdlog ${spdlog_VERSION}|yaml-cpp ${yaml-cpp_VERSION}")
