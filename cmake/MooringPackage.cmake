# The Debian package, of the same install rules: `cpack --config build/release/CPackConfig.cmake -G DEB`. It needs no build.
if(NOT TARGET mooring)
  return()
endif()
set(MOORING_MAINTAINER "Mooring maintainers <maintainers@mooring.invalid>" CACHE STRING "Maintainer in the package; whoever publishes sets it")
set(packages ${PROJECT_SOURCE_DIR}/deploy/packages)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mooring)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${MOORING_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "compares Portainer stacks with what was declared")
set(CPACK_SET_DESTDIR ON) # /etc is not below the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, tzdata") # tzdata: time zones of `policy.windows`
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, prometheus, systemd")
set(CPACK_PACKAGE_DESCRIPTION "Mooring reads YAML manifests and says where the stacks of a Portainer server
differ from them: record, compose file and what really runs, by meaning and
not by text. It tells drifted from missing, and missing from not allowed to
see. It only reads, unless it is told to apply what was declared.")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${packages}/deb/conffiles ${packages}/deb/postinst ${packages}/deb/prerm ${packages}/deb/postrm)
# What lintian is not to say, with the reasons.
configure_file(${CMAKE_CURRENT_LIST_DIR}/PackageOnly.cmake.in ${PROJECT_BINARY_DIR}/PackageOnly.cmake @ONLY)
set(CPACK_INSTALL_SCRIPTS ${PROJECT_BINARY_DIR}/PackageOnly.cmake)
include(CPack)
