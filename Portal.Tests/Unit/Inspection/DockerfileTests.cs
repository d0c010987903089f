using Portal.Registry.Inspection;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Inspection;

/// <summary>Histories as builders of well-known images wrote them.</summary>
public sealed class DockerfileTests
{
    [Theory]
    [InlineData("EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp")]
    [InlineData("/bin/sh -c #(nop)  EXPOSE 80", "EXPOSE 80")]
    [InlineData("EXPOSE [8080/tcp]", "EXPOSE 8080/tcp")]
    [InlineData("VOLUME [/var/lib/postgresql/data]", """VOLUME ["/var/lib/postgresql/data"]""")]
    [InlineData("""/bin/sh -c #(nop)  VOLUME ["/data"]""", """VOLUME ["/data"]""")]
    [InlineData("SHELL [/bin/bash -o pipefail -c]", """SHELL ["/bin/bash", "-o", "pipefail", "-c"]""")]
    [InlineData("""HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "3s" "0s" "0s" '\x03'}""", "HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost/ || exit 1")]
    [InlineData("""HEALTHCHECK &{["CMD" "curl" "-f"] "0s" "0s" "0s" "0s" '\x00'}""", """HEALTHCHECK CMD ["curl", "-f"]""")]
    [InlineData("""HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" '\x00'}""", "HEALTHCHECK NONE")]
    [InlineData("HEALTHCHECK &{[", "HEALTHCHECK &{[")]
    [InlineData("COPY --from=build /out /app # buildkit", "COPY --from=build /out /app")]
    [InlineData("ADD rootfs.tar.xz / # buildkit", "ADD rootfs.tar.xz /")]
    [InlineData("ENTRYPOINT [\"/docker-entrypoint.sh\"]", "ENTRYPOINT [\"/docker-entrypoint.sh\"]")]
    [InlineData("STOPSIGNAL SIGQUIT", "STOPSIGNAL SIGQUIT")]
    [InlineData("cmd /S /C #(nop)  USER ContainerUser", "USER ContainerUser")]
    [InlineData("powershell -Command Install-WindowsFeature Web-Server", "RUN Install-WindowsFeature Web-Server")]
    public void Text_OneStep_IsTheInstructionAsItWasWritten(string createdBy, string expected)
    {
        Assert.Equal(expected, Assert.Single(HistoryStep.Of([new ImageHistory { CreatedBy = createdBy }], [])).Text);
    }

    [Fact]
    public void Text_LongCommand_BreaksBeforeEachAnd()
    {
        Assert.Equal(
            "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends \\\n        ca-certificates \\\n    && rm -rf /var/lib/apt/lists/*",
            Text("/bin/sh -c apt-get update \t&& apt-get install -y --no-install-recommends \t\tca-certificates \t&& rm -rf /var/lib/apt/lists/*"));
    }

    [Theory]
    [InlineData("RUN /bin/sh -c a && b # buildkit", "RUN a && b")]
    [InlineData("RUN /bin/sh -c echo 'two  blanks && no break' && echo something that is long enough to be broken # buildkit", "RUN echo 'two  blanks && no break' \\\n    && echo something that is long enough to be broken")]
    [InlineData("RUN /bin/sh -c echo \\'  x # buildkit", "RUN echo \\' \\\n    x")]
    public void Text_Quotes_AreNeverBroken(string createdBy, string expected)
    {
        Assert.Equal(expected, Text(createdBy));
    }

    [Fact]
    public void Text_SeveralLines_AreAHeredoc()
    {
        Assert.Equal("RUN <<EOF\napt-get update\napt-get upgrade\nEOF", Text("RUN /bin/sh -c apt-get update\napt-get upgrade\n # buildkit"));
    }

    [Fact]
    public void Of_AnotherShell_IsTakenOffWhatItRan()
    {
        var steps = HistoryStep.Of(
            [
                new ImageHistory { CreatedBy = "SHELL [/bin/bash -o pipefail -c]", EmptyLayer = true },
                new ImageHistory { CreatedBy = "RUN /bin/bash -o pipefail -c make # buildkit" },
                new ImageHistory { CreatedBy = "RUN |1 A=1 /bin/bash -o pipefail -c make $A # buildkit" },
            ],
            []);

        Assert.Equal(["RUN make", "RUN make $A"], steps.Skip(1).Select(step => step.Text));
        Assert.Equal("A=1", steps[2].BuildArguments);
    }

    [Fact]
    public void Of_WholeHistory_IsADockerfile()
    {
        var steps = HistoryStep.Of(
            [
                new ImageHistory { CreatedBy = "/bin/sh -c #(nop) ADD file:abc in / " },
                new ImageHistory { CreatedBy = "RUN |1 VERSION=2 /bin/sh -c make # buildkit" },
                new ImageHistory { CreatedBy = "bazel build\nRUN rm -rf /" },
            ],
            []);

        Assert.Equal(
            ["FROM docker.io/library/alpine:3", "ADD file:abc in /", "# with VERSION=2", "RUN make", "# bazel build RUN rm -rf /"],
            Dockerfile.Of(steps, "docker.io/library/alpine:3").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));
        Assert.Contains("FROM scratch", Dockerfile.Of(steps, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EntriesThatAreNull_FailsNot()
    {
        Assert.Equal(string.Empty, Assert.Single(HistoryStep.Of([null!], [])).Text);
    }

    private static string Text(string createdBy) => Assert.Single(HistoryStep.Of([new ImageHistory { CreatedBy = createdBy }], [])).Text;
}
