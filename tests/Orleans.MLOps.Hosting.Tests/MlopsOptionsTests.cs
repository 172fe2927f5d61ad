namespace Orleans.MLOps.Hosting.Tests;

public sealed class MlopsOptionsTests
{
    [Fact]
    public void Validate_Defaults_Succeed() => Assert.True(new MlopsOptionsValidator().Validate(null, new MlopsOptions()).Succeeded);

    public static TheoryData<string, string, Action<MlopsOptions>> BadOptions() => new()
    {
        { nameof(MlopsOptions.DataFolder), "''", options => options.DataFolder = "" },
        { nameof(MlopsOptions.DataFolder), "'  '", options => options.DataFolder = "  " },
        { nameof(MlopsOptions.MaxQueuedRequests), "'0'", options => options.MaxQueuedRequests = 0 },
        { nameof(MlopsOptions.MaxQueuedWorkerRequests), "'1000001'", options => options.MaxQueuedWorkerRequests = 1_000_001 },
        { nameof(MlopsOptions.WriteQueueCapacity), "'-1'", options => options.WriteQueueCapacity = -1 },
        { nameof(MlopsOptions.AnalyticsThreads), "'257'", options => options.AnalyticsThreads = 257 },
        { nameof(MlopsOptions.AnalyticsMemoryBytes), "'1048576'", options => options.AnalyticsMemoryBytes = 1 << 20 },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Validate_BadValue_NamesOptionValueRuleAndRemedy(string option, string given, Action<MlopsOptions> spoil)
    {
        var options = new MlopsOptions();
        spoil(options);

        var failure = Assert.Single(new MlopsOptionsValidator().Validate(null, options).Failures!);

        Assert.Contains($"MlopsOptions.{option} is {given}", failure, StringComparison.Ordinal);
        Assert.Contains("must", failure, StringComparison.Ordinal);
        Assert.Contains("leave it out for", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_TwoBadValues_NamesBoth()
    {
        var error = Assert.Throws<InvalidInputException>(() => MlopsOptionsValidator.Require(new MlopsOptions { AnalyticsThreads = 0, WriteQueueCapacity = 0 }));

        Assert.Contains(nameof(MlopsOptions.AnalyticsThreads), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(MlopsOptions.WriteQueueCapacity), error.Message, StringComparison.Ordinal);
    }
}
