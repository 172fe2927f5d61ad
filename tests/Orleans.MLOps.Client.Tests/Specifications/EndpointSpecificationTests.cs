using Orleans.MLOps.Client.Specifications;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Tests.Specifications;

public sealed class EndpointSpecificationTests
{
    private const string Whole = """
        # What the team agreed on.
        project: shop
        name: churn
        model: churn-model
        reason: "the autumn model"
        log_policy: durable
        expected_revision: 7
        variants:
          - { name: main, version: 3, weight: 0.9, labels: [stable, "2024"] }
          - name: next
            version: 4
            weight: 0.1
        batching: { max_rows: 32, preferred_rows: [8, 16], delay: 2ms, queue_timeout: 1.5s }
        limits:
          concurrency: 64
        shadow: { version: 5, tolerance: 0.001 }
        canary:
          version: 6
          steps: [0.1, 0.5]
          step_duration: 10m
          minimum_requests: 1000
          stop_on_alert: false
          stop_on_drift: false
          stop_on_quality: false
          quality_confidence: 0.99
        golden_samples:
          - inputs: [{ name: x, type: float32, shape: [1, 1], data: AACAPw== }]
            outputs: [{ name: y, type: float32, shape: [1], data: AAAAQA== }]
        """;

    [Fact]
    public void Parse_WholePlan_IsTheCommandThatItSays()
    {
        var command = EndpointSpecification.Parse(Whole);

        Assert.Equal(("shop", "churn", "churn-model", "the autumn model", LogPolicy.Durable, 7), (command.Project, command.Name, command.Model, command.Reason, command.LogPolicy, command.ExpectedRevision));
        Assert.Equal([("main", 3, 0.9), ("next", 4, 0.1)], command.Variants.Select(variant => (variant.Name, variant.Version, variant.Weight)));
        Assert.Equal(["stable", "2024"], command.Variants[0].Labels);
        Assert.Equal((32, TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1.5)), (command.Batching.MaxRows, command.Batching.Delay, command.Batching.QueueTimeout));
        Assert.Equal([8, 16], command.Batching.PreferredRows);
        Assert.Equal(64, command.Limits.Concurrency);
        Assert.Equal((5, 0.001), (command.Shadow!.Version, command.Shadow.Tolerance));
        Assert.Equal([0.1, 0.5], command.Canary!.Steps);
        Assert.Equal((TimeSpan.FromMinutes(10), 1000, false), (command.Canary.StepDuration, command.Canary.MinimumRequests, command.Canary.StopOnAlert));
        Assert.Equal((false, false, 0.99), (command.Canary.StopOnDrift, command.Canary.StopOnQuality, command.Canary.QualityConfidence));
        Assert.Equal(TensorType.Float32, command.GoldenSamples[0].Inputs[0].Type);
        Assert.Equal([0, 0, 0, 64], command.GoldenSamples[0].Outputs[0].Data);
        Assert.NotEqual(command.OperationId, EndpointSpecification.Parse(Whole).OperationId);
    }

    [Fact]
    public void Parse_WhatIsLeftOut_IsTheSdksDefault()
    {
        var command = EndpointSpecification.Parse("{name: e, model: m, operation_id: o, variants: [{name: only, version: 1}]}");
        var usual = new DeployEndpoint { Name = "e", Model = "m", OperationId = "o", Variants = [new VariantSpec { Name = "only", Version = 1 }] };

        Assert.Equal("o", command.OperationId);
        Assert.Equal(
            (usual.Project, usual.LogPolicy, usual.Batching.MaxRows, usual.Variants[0].Weight, usual.Canary),
            (command.Project, command.LogPolicy, command.Batching.MaxRows, command.Variants[0].Weight, command.Canary));
    }

    [Theory]
    [InlineData("name: e\nmodle: m", "Line 2, column 1: The specification has no field 'modle'; it has project, name, model,")]
    [InlineData("name: e\nvariants:\n  - version: one", "Line 3, column 14: variants[0].version is 'one'; it must be a whole number")]
    [InlineData("name: e\nvariants:\n  - {version: \"1\"}", "variants[0].version is '1'; it must be a whole number, without quotes")]
    [InlineData("name: e\nvariants: 3", "Line 2, column 11: variants must be a list")]
    [InlineData("name: [e]", "name must be a text")]
    [InlineData("log_policy: LOG_POLICY_DURABLE", "it must be one of sampled,")]
    [InlineData("canary: {step_duration: 5}", "canary.step_duration is '5'; it must be a time such as 300ms")]
    [InlineData("canary: {step_duration: 99999999999d}", "canary.step_duration is '99999999999d'")]
    [InlineData("canary: 5", "canary must have fields")]
    [InlineData("canary: {stop_on_alert: yes}", "it must be true or false")]
    [InlineData("name: a\nname: b", "Line 2")]
    [InlineData("name: a\n---\nname: b", "2 YAML documents")]
    [InlineData("", "0 YAML documents")]
    [InlineData("- a", "The specification must have fields")]
    [InlineData("name: {", "Line 2, column 1")]
    [InlineData("name: &a e\nmodel: *a", "Line 2, column 8: an alias")]
    public void Parse_WhatMeansNothing_IsRefusedWithItsPlace(string yaml, string said)
    {
        var error = Assert.Throws<InvalidInputException>(() => EndpointSpecification.Parse(yaml));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NestingWithoutEnd_IsRefused()
    {
        var error = Assert.Throws<InvalidInputException>(() => EndpointSpecification.Parse("name: " + new string('[', 50_000)));

        Assert.Contains("nested more than 32 deep", error.Message, StringComparison.Ordinal);
    }
}
