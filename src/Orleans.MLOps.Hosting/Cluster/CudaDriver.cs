using System.Runtime.InteropServices;

namespace Orleans.MLOps.Hosting;

/// <summary>Asks NVIDIA's driver for devices. It comes with the driver, so nothing of libtorch is loaded to know that there is none.</summary>
internal static class CudaDriver
{
    private delegate int Initialise(uint flags);

    private delegate int GetDeviceCount(out int count);

    /// <summary>Number of CUDA devices; 0 without a driver.</summary>
    public static int CountDevices() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)
        && NativeLibrary.TryGetExport(driver, "cuInit", out var initialise)
        && NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var count)
        && Marshal.GetDelegateForFunctionPointer<Initialise>(initialise)(0) == 0
        && Marshal.GetDelegateForFunctionPointer<GetDeviceCount>(count)(out var devices) == 0
            ? devices
            : 0;
}
