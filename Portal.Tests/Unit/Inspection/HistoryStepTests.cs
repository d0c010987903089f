using Portal.Registry.Inspection;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Inspection;

public sealed class HistoryStepTests
{
    [Theory]
    [InlineData("""/bin/sh -c #(nop)  CMD ["bash"]""", "CMD", """["bash"]""")]
    [InlineData("/bin/sh -c #(nop) ADD file:abc in / ", "ADD", "file:abc in /")]
    [InlineData("/bin/sh -c apt-get update", "RUN", "apt-get update")]
    [InlineData("RUN /bin/sh -c make all # buildkit", "RUN", "make all")]
    [InlineData("RUN |2 A=1 B=two words /bin/sh -c make $A # buildkit", "RUN", "make $A")]
    [InlineData("|1 A=1 /bin/sh -c make", "RUN", "make")]
    [InlineData("COPY --chown=1 . /app # buildkit", "COPY", "--chown=1 . /app")]
    [InlineData("""RUN ["make"]""", "RUN", """["make"]""")]
    [InlineData("bazel build ...", "", "bazel build ...")]
    [InlineData("", "", "")]
    public void Of_WhatABuilderWrote_IsALineOfADockerfile(string createdBy, string keyword, string arguments)
    {
        var step = Assert.Single(HistoryStep.Of([new ImageHistory { CreatedBy = createdBy }], [Layer(1)]));

        Assert.Equal((keyword, arguments), (step.Keyword, step.Arguments));
    }

    [Fact]
    public void Of_EmptyLayers_KeepsLayersBesideTheStepsThatMadeThem()
    {
        var steps = HistoryStep.Of(
            [new ImageHistory { CreatedBy = "ADD a /" }, new ImageHistory { CreatedBy = "CMD b", EmptyLayer = true }, new ImageHistory { CreatedBy = "COPY c /" }],
            [Layer(1), Layer(2)]);

        Assert.Equal([1, null, 2], steps.Select(step => step.Layer?.Size));
    }

    [Fact]
    public void Of_NoHistory_ShowsTheLayersAlone()
    {
        Assert.Equal([1, 2], HistoryStep.Of(null, [Layer(1), Layer(2)]).Select(step => step.Layer?.Size));
    }

    [Fact]
    public void Of_MoreStepsThanLayers_LeavesTheLastWithoutLayer()
    {
        var steps = HistoryStep.Of([new ImageHistory { CreatedBy = "ADD a" }, new ImageHistory { CreatedBy = "ADD b" }], [Layer(1)]);

        Assert.Null(steps[1].Layer);
    }

    private static Descriptor Layer(long size)
    {
        return new Descriptor { MediaType = MediaTypes.OctetStream, Digest = Digest.Of(BitConverter.GetBytes(size)), Size = size };
    }
}
