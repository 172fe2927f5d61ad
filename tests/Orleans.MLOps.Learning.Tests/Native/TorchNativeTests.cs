using Orleans.MLOps.Learning.Native;
using TorchSharp;

namespace Orleans.MLOps.Learning.Tests.Native;

public sealed class TorchNativeTests
{
    [Fact]
    public void EnsureLoadable_CalledTwice_TorchComputes()
    {
        TorchNative.EnsureLoadable();
        TorchNative.EnsureLoadable();
        using var scope = torch.NewDisposeScope();
        Assert.Equal(6f, torch.tensor(new[] { 1f, 2f, 3f }).sum().item<float>());
        Assert.Equal(1, torch.get_num_interop_threads());
    }

    [Fact]
    public void MakeWeak_ShippedShim_ChangesOneFlagAndIsIdempotent()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(file), "the shim of another platform");
        var before = File.ReadAllBytes(file);
        var after = before.ToArray();
        Assert.True(ElfVersionNeeds.MakeWeak(after, "GLIBCXX_3.4.32"));
        Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
        Assert.True(ElfVersionNeeds.MakeWeak(after, "GLIBCXX_3.4.32"));
        Assert.False(ElfVersionNeeds.MakeWeak(after, "GLIBCXX_9.9.99"));
    }

    [Fact]
    public void MakeWeak_NoElfFile_IsLeftAlone()
    {
        Assert.False(ElfVersionNeeds.MakeWeak(new byte[10], "GLIBCXX_3.4.32"));
        Assert.False(ElfVersionNeeds.MakeWeak(new byte[4096], "GLIBCXX_3.4.32"));
    }
}
