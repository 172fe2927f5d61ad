using Orleans.MLOps.Hosting.Stores;
using Orleans.MLOps.Hosting.Tests.Support;

namespace Orleans.MLOps.Hosting.Tests.Stores;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Acquire_MissingFolder_CreatesIt()
    {
        using var held = DataFolderLock.Acquire(_folder.At("a", "b"));

        Assert.True(Directory.Exists(held.Folder));
    }

    [Fact]
    public void Acquire_HeldFolder_NamesHolderAndRemedy()
    {
        using var held = DataFolderLock.Acquire(_folder.Path);

        var error = Assert.Throws<FailedPreconditionException>(() => DataFolderLock.Acquire(_folder.Path));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}, started 20", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Acquire_AfterDispose_Succeeds()
    {
        var first = DataFolderLock.Acquire(_folder.Path);
        first.Dispose();
        first.Dispose();

        DataFolderLock.Acquire(_folder.Path).Dispose();
    }

    [Theory]
    [InlineData("{\"ProcessId\":1,\"StartedAt\":\"2001-01-01T00:00:00+00:00\"}")]
    [InlineData("not json")]
    [InlineData("")]
    public void Acquire_FilesLeftByDeadProcess_Succeeds(string owner)
    {
        File.WriteAllText(_folder.At("node.lock"), "");
        File.WriteAllText(_folder.At("node.owner"), owner);

        using var held = DataFolderLock.Acquire(_folder.Path);

        Assert.Contains($"\"ProcessId\":{Environment.ProcessId}", File.ReadAllText(_folder.At("node.owner")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("null")]
    public void Acquire_HeldFolderWithUnreadableOwner_StillSaysInUse(string owner)
    {
        using var held = DataFolderLock.Acquire(_folder.Path);
        File.WriteAllText(_folder.At("node.owner"), owner);

        var error = Assert.Throws<FailedPreconditionException>(() => DataFolderLock.Acquire(_folder.Path));

        Assert.Contains("in use by another node;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Acquire_PathIsFile_IsRefused()
    {
        var file = _folder.At("file");
        File.WriteAllText(file, "x");

        var error = Assert.Throws<InvalidInputException>(() => DataFolderLock.Acquire(file));

        Assert.Contains("is a file", error.Message, StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(file));
    }

    [Fact]
    public void Acquire_BelowFile_IsRefused()
    {
        File.WriteAllText(_folder.At("file"), "x");

        Assert.Throws<InvalidInputException>(() => DataFolderLock.Acquire(_folder.At("file", "data")));
    }

    [Fact]
    public void Acquire_FolderThatTakesNoFiles_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");

        var error = Assert.Throws<InvalidInputException>(() => DataFolderLock.Acquire("/proc/self"));

        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }
}
