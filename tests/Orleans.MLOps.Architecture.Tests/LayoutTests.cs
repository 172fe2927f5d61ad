namespace Orleans.MLOps.Architecture.Tests;

/// <summary>A newcomer who knows the loop knows where everything is.</summary>
public sealed class LayoutTests
{
    [Theory]
    [InlineData("Abstractions")]
    [InlineData("Grains")]
    [InlineData("Gateway")]
    public void Folders_OfDomainProjects_AreTheNineRoomsAndHelpers(string project)
    {
        string[] helpers = ["Errors", "Keys", "Platform", "Protos", "Streams", "bin", "obj"];
        var folders = Directory.EnumerateDirectories(Platform.SourceFolder(project)).Select(folder => Path.GetFileName(folder)!);

        Assert.Empty(folders.Except(Platform.Rooms).Except(helpers));
    }

    [Fact]
    public void SourceFiles_Always_AreShort()
    {
        const int longest = 320;
        var tooLong = Platform.Order.SelectMany(Platform.SourceFiles)
            .Select(file => (Name: Path.GetFileName(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > longest);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Sources_Always_HoldNothingLeftForLater()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];
        var found = Platform.Order.SelectMany(Platform.SourceFiles)
            .Where(file => marks.Any(mark => File.ReadAllText(file).Contains(mark, StringComparison.Ordinal)))
            .Select(Path.GetFileName);

        Assert.Empty(found);
    }
}
