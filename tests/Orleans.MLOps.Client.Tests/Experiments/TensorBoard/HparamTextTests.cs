using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Client.Experiments.TensorBoard;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class HparamTextTests
{
    [Theory]
    [InlineData("0.001", Value.KindOneofCase.NumberValue)]
    [InlineData("1e-05", Value.KindOneofCase.NumberValue)]
    [InlineData("-7", Value.KindOneofCase.NumberValue)]
    [InlineData("1.0", Value.KindOneofCase.NumberValue)]
    [InlineData("True", Value.KindOneofCase.BoolValue)]
    [InlineData("false", Value.KindOneofCase.BoolValue)]
    [InlineData("1e999", Value.KindOneofCase.StringValue)]
    [InlineData("NaN", Value.KindOneofCase.StringValue)]
    [InlineData("Infinity", Value.KindOneofCase.StringValue)]
    [InlineData(" 1", Value.KindOneofCase.StringValue)]
    [InlineData("1,000", Value.KindOneofCase.StringValue)]
    [InlineData("0x10", Value.KindOneofCase.StringValue)]
    [InlineData("", Value.KindOneofCase.StringValue)]
    [InlineData("adam", Value.KindOneofCase.StringValue)]
    public void ToValue_Texts_BecomeWhatTheySpell(string text, Value.KindOneofCase kind)
    {
        var value = HparamText.ToValue(text);
        Assert.Equal(kind, value.KindCase);
        Assert.Equal(text, HparamText.ToText(value, text));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("one")]
    public void ToText_ExactTextOfAnotherValue_IsNotBelieved(string exact) => Assert.Equal("1", HparamText.ToText(Value.ForNumber(1), exact));

    [Fact]
    public void ToText_AnyNumber_SpellsIt() => Gen.Double.Sample(number =>
        !double.IsFinite(number) || HparamText.ToValue(HparamText.ToText(Value.ForNumber(number))!).NumberValue.Equals(number));

    [Fact]
    public void ToText_NoPlainValue_IsNull()
    {
        Assert.Null(HparamText.ToText(Value.ForNull()));
        Assert.Null(HparamText.ToText(Value.ForList(Value.ForNumber(1))));
        Assert.Null(HparamText.ToText(new Value()));
    }
}
